#include "convergence/manners.h"

static const char *const field_names[TYPE_COUNT][FIELD_COUNT] = {
    {"email", "firstname", "lastname", "city", "score", "note"},
    {"companyname", "branch", "motto", "companycity", "turnover", "remark"},
};

const char *setup_object_name(enum object_type type)
{
    return type == TYPE_CONTACT ? "contact" : "company";
}

const char *setup_field_name(enum object_type type, size_t field)
{
    return field_names[type][field];
}

enum value_type setup_field_type(enum object_type type, size_t field)
{
    if (field == FIELD_NUMBER)
        return type == TYPE_CONTACT ? VALUE_TYPE_INT : VALUE_TYPE_FLOAT;
    return field == FIELD_KEY && type == TYPE_CONTACT ? VALUE_TYPE_EMAIL : VALUE_TYPE_TEXT;
}

const char *setup_flow_name(enum flow flow)
{
    static const char *const names[] = {"-", "both", "in", "out"};
    return names[flow];
}

bool setup_is_ours(const struct setup *setup, enum object_type type, size_t field)
{
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        if (setup->parties[i].flows[type][field] == FLOW_IN)
            return false;
    }
    return true;
}

bool setup_has_inward(const struct party_setup *party, enum object_type type)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (party->flows[type][i] == FLOW_IN)
            return true;
    }
    return false;
}

/* One-way fields have one owner: two would overwrite each other in every run (decision 45). */
static void choose_flows(struct random *random, struct setup *setup)
{
    for (int type = 0; type < TYPE_COUNT; type++) {
        for (size_t field = 0; field < FIELD_COUNT; field++) {
            const uint32_t owner = random_below(random, PARTY_COUNT);
            const bool owned = field != FIELD_KEY && random_chance(random, 15);
            for (uint32_t i = 0; i < PARTY_COUNT; i++) {
                enum flow *flow = &setup->parties[i].flows[type][field];
                const uint32_t chance = random_below(random, 100);
                if (field == FIELD_KEY)
                    *flow = FLOW_BOTH;
                else if (owned)
                    *flow = i == owner ? FLOW_IN : chance < 70 ? FLOW_OUT : FLOW_NONE;
                else
                    *flow = chance < 70 ? FLOW_BOTH : chance < 88 ? FLOW_OUT : FLOW_NONE;
            }
        }
    }
}

static void choose_party(struct random *random, struct party_setup *party)
{
    const bool leads = random_chance(random, 50);
    const bool accounts = random_chance(random, 60);
    if (leads)
        party->kinds[party->kind_count++] = (struct kind){"Lead", TYPE_CONTACT};
    party->kinds[party->kind_count++] = (struct kind){"Contact", TYPE_CONTACT};
    if (accounts)
        party->kinds[party->kind_count++] = (struct kind){"Account", TYPE_COMPANY};
    party->field_dates = random_chance(random, 50);
    party->minute_cut = random_chance(random, 35);
    party->upper_bound = random_chance(random, 50);
    party->cursors = random_chance(random, 50);
    party->idempotent = random_chance(random, 50);
    party->tells_deletions = random_chance(random, 50);
    /* What is left out for being too new comes later, when its older fields are not new any more.
     */
    party->changed_only = party->field_dates && !party->upper_bound && random_chance(random, 60);
    /* Slow by less than the overlap, or records would be late for their window. */
    if (random_chance(random, 40))
        party->skew_ms = (int64_t)random_below(random, 240000) - 120000;
    party->page_size = 1 + random_below(random, 6);
}

/* A party that needs no clock to tell what changed may have one that is wrong by hours. The choice
 * has numbers of its own, so that it leaves the other worlds as they are. */
static void choose_tokens(struct random *random, struct party_setup *party)
{
    party->tokens = random_chance(random, 30);
    if (!party->tokens)
        return;
    party->upper_bound = party->changed_only = false;
    party->skew_ms = (int64_t)random_below(random, 12 * 3600 * 1000) - 6 * 3600 * 1000;
}

unsigned setup_manners(uint64_t seed)
{
    enum { RARE_PERCENT = 20 };
    struct random random = random_of(seed ^ 0x4EA1u);
    unsigned manners = (1u << MANNER_WORDS) - 1;
    for (int i = MANNER_WORDS; i < MANNER_COUNT; i++) {
        if (random_chance(&random, RARE_PERCENT))
            manners |= 1u << i;
    }
    return manners;
}

bool setup_has_manner(const struct setup *setup, enum manner manner)
{
    return (setup->manners >> manner & 1) != 0;
}

/* The manners that came last have numbers of their own, which leave the worlds of the others as
 * they are. */
static void choose_manners(struct random *random, struct setup *setup)
{
    const size_t texts[] = {1, 2, 3, 5};
    const size_t rewritten = texts[random_below(random, 4)];
    for (size_t i = 0; i < PARTY_COUNT; i++) {
        struct party_setup *party = &setup->parties[i];
        party->deletes_here =
            setup_has_manner(setup, MANNER_POLICIES) && (i == 0 || random_chance(random, 50));
        party->tells_deletions |= party->deletes_here;
        if (setup_has_manner(setup, MANNER_TIES)) {
            party->tokens = i == 0;
            party->upper_bound = party->changed_only = false;
            party->field_dates = party->minute_cut = true;
            party->skew_ms = 0;
            setup->on_tie = TIE_NOBODY;
        }
        party->manners.garbles = setup_has_manner(setup, MANNER_GARBLES);
        if (!setup_has_manner(setup, MANNER_REWRITES))
            continue;
        party->manners.rewritten = rewritten;
        for (int type = 0; type < TYPE_COUNT; type++)
            party->flows[type][rewritten] = FLOW_BOTH;
    }
}

/* Who tells how late it is there may be wrong by hours, ahead or behind (spec 13.9). Who does not
 * is compared as it dates, and may be wrong by less than the overlap. */
static void choose_clocks(struct random *random, struct setup *setup)
{
    enum { MINUTE_MS = 60 * 1000 };
    for (size_t i = 0; i < PARTY_COUNT && setup_has_manner(setup, MANNER_CLOCKS); i++) {
        struct party_setup *party = &setup->parties[i];
        const uint32_t most = (random_chance(random, 60) ? 6 * 60 : 10) * MINUTE_MS;
        const int64_t skew = (int64_t)random_below(random, 2 * most) - most;
        party->dated = random_chance(random, 75);
        party->undated = !party->dated;
        if (party->dated)
            party->skew_ms = skew;
    }
}

struct setup setup_of(uint64_t seed, bool faults, unsigned allowed)
{
    static const enum tie_policy policies[] = {TIE_NOBODY, TIE_INTERNAL, TIE_INTEGRATION};
    struct random random = random_of(seed ^ 0x5E7u);
    struct setup setup = {.faults = faults, .manners = allowed};
    setup.parties[0].name = "left";
    setup.parties[1].name = "right";
    for (size_t i = 0; i < PARTY_COUNT; i++)
        choose_party(&random, &setup.parties[i]);
    choose_flows(&random, &setup);
    struct random tokens = random_of(seed ^ 0x70CE5u);
    for (size_t i = 0; i < PARTY_COUNT; i++)
        choose_tokens(&tokens, &setup.parties[i]);
    struct random manners = random_of(seed ^ 0x3A77E5u);
    for (size_t i = 0; allowed != 0 && i < PARTY_COUNT; i++) {
        manners_choose(&manners, allowed, &setup.parties[i].manners);
        manners_choose_rounding(seed, allowed, i, &setup.parties[i].manners);
        /* Hours, and nothing that tells of them: whether it is only late cannot be known. */
        setup.parties[i].skew_ms %= 120000;
    }
    setup.on_tie = policies[random_below(&random, 3)];
    struct random last = random_of(seed ^ 0x1A57u);
    choose_manners(&last, &setup);
    struct random clocks = random_of(seed ^ 0xC10CCu);
    choose_clocks(&clocks, &setup);
    return setup;
}
