/* The facts of one object as sentences or JSON. */
#include "cli/show/explain_output.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/show/output.h"
#include "host/reasons.h"

static const char *result_of(const struct explain_decision *decision)
{
    if (text_equal(decision->verdict, TEXT("left")))
        return "ours is kept and sent";
    if (text_equal(decision->verdict, TEXT("right")))
        return "theirs is taken";
    if (text_equal(decision->verdict, TEXT("equal")))
        return "nothing to decide";
    return "neither wins, each side keeps its own";
}

/* A value, which may hold any byte. */
static void print_testimony(const char *name, struct text value, instant certain, instant possible)
{
    char at[INSTANT_TEXT_SIZE];
    printf("    %-7s ", name);
    terminal_text(stdout, text_is_absent(value) ? TEXT("(empty)") : value);
    if (certain != INSTANT_NONE)
        printf("  (changed %s)\n", instant_format_human(certain, at));
    else if (possible != INSTANT_NONE)
        printf("  (its object changed %s)\n", instant_format_human(possible, at));
    else
        puts("  (it is unknown when it changed)");
}

/* What was added to their dates, or taken from them. */
static void print_clock(int64_t behind_ms, bool unknown)
{
    const long long seconds = llabs(behind_ms) / 1000;
    if (unknown)
        puts("    clock   theirs is not known; their dates are shown and compared as they gave "
             "them");
    else if (seconds)
        printf(
            "    clock   theirs was %lld s %s ours; their dates are shown and compared by ours\n",
            seconds, behind_ms > 0 ? "behind" : "ahead of");
}

static void print_decision(const struct explain_decision *decision)
{
    char at[INSTANT_TEXT_SIZE];
    output_line("  %.*s against %.*s:%.*s, run %" PRId64 " of %s", TEXT_PRINT(decision->field),
                TEXT_PRINT(decision->integration_object), TEXT_PRINT(decision->integration_id),
                decision->run, instant_format_human(decision->at, at));
    print_testimony("ours", decision->left, decision->left_certain, decision->left_possible);
    print_testimony("theirs", decision->right, decision->right_certain, decision->right_possible);
    print_clock(decision->behind_ms, decision->clock_unknown);
    printf("    base    %s\n", decision->has_base ? "what both last agreed on is known"
                                                  : "none: no value is known that both agreed on");
    printf("    %s: %s (%.*s)\n", result_of(decision), reasons_of_decision(decision),
           TEXT_PRINT(decision->decided_by));
}

/* Is there a newer one of the same field and record before it? */
static bool is_outdated(const struct explain_facts *facts, size_t index)
{
    const struct explain_decision *const decisions = facts->decisions;
    for (size_t i = 0; i < index; i++)
        if (text_equal(decisions[i].field, decisions[index].field) &&
            text_equal(decisions[i].integration_object, decisions[index].integration_object) &&
            text_equal(decisions[i].integration_id, decisions[index].integration_id))
            return true;
    return false;
}

static void print_mappings(const struct explain_facts *facts)
{
    char at[INSTANT_TEXT_SIZE];
    for (size_t i = 0; i < facts->mapping_count; i++) {
        const struct status_mapping *const mapping = &facts->mappings[i];
        output_line("  %.*s:%.*s here is %.*s:%.*s there, last synced %s%s",
                    TEXT_PRINT(mapping->internal_object), TEXT_PRINT(mapping->internal_id),
                    TEXT_PRINT(mapping->integration_object), TEXT_PRINT(mapping->integration_id),
                    instant_format_human(mapping->last_sync, at),
                    mapping->deleted ? "; one of the two was deleted" : "");
    }
    if (!facts->mapping_count)
        puts("  is not linked to anything on the other side");
}

static void print_outcomes(const struct explain_facts *facts)
{
    char at[INSTANT_TEXT_SIZE];
    puts("\noutcomes");
    for (size_t i = 0; i < facts->outcome_count; i++) {
        const struct explain_outcome *const outcome = &facts->outcomes[i];
        const char *const words = reasons_of_outcome(outcome);
        const bool named = !words && !text_is_absent(outcome->reason);
        output_line("  run %" PRId64 " of %s: %s of %.*s:%.*s: %.*s%s%s%.*s%s", outcome->run,
                    instant_format_human(outcome->at, at),
                    outcome->side == SIDE_INTEGRATION ? "pull" : "push",
                    TEXT_PRINT(outcome->object), TEXT_PRINT(outcome->id),
                    TEXT_PRINT(outcome->outcome),
                    words   ? ", since "
                    : named ? " ("
                            : "",
                    words ? words : "", TEXT_PRINT(named ? outcome->reason : TEXT_ABSENT),
                    named ? ")" : "");
    }
    puts(facts->outcome_count ? "  runs that found nothing to do are not listed"
                              : "  none: no run on record changed it");
}

static void print_changes(const struct explain_facts *facts)
{
    puts("\nchanges that wait to be sent");
    for (size_t i = 0; i < facts->change_count; i++) {
        const struct explain_change *const change = &facts->changes[i];
        char at[INSTANT_TEXT_SIZE];
        fputs("  ", stdout);
        terminal_text(stdout, change->field);
        printf(", changed %s", instant_format_human(change->at, at));
        if (!text_is_absent(change->origin_object)) {
            fputs(", by ", stdout);
            terminal_text(stdout, change->origin_integration);
            putchar(' ');
            terminal_text(stdout, change->origin_object);
            putchar(':');
            terminal_text(stdout, change->origin_id);
        }
        if (change->ties)
            printf("; neither won: 'tandem resolve %" PRId64 " internal' or '... integration'",
                   change->sequence);
        putchar('\n');
    }
    if (!facts->change_count)
        puts("  none");
}

static void print_open(struct text field, const struct reasons_matter *words, instant since,
                       struct text message)
{
    const bool of_field = !text_is_absent(field), says = !text_is_absent(message);
    char at[INSTANT_TEXT_SIZE];
    output_line("  %.*s%s%s, since %s%s%.*s%s", TEXT_PRINT(field), of_field ? ": " : "",
                words->meaning, instant_format_human(since, at), says ? " (" : "",
                TEXT_PRINT(message), says ? ")" : "");
    printf("    what to do: %s\n", words->advice);
}

static void print_matters(const struct explain_facts *facts)
{
    if (facts->matter_count || facts->failing_count)
        puts("\nwhat is open");
    for (size_t i = 0; i < facts->matter_count; i++) {
        const struct open_matter *const matter = &facts->matters[i];
        print_open(matter->field, reasons_of_matter(text_of(matter_reason_name(matter->reason))),
                   matter->first, matter->message);
    }
    for (size_t i = 0; i < facts->failing_count; i++)
        print_open(TEXT_ABSENT, reasons_of_failing(&facts->failing[i]), facts->failing[i].first_at,
                   TEXT_ABSENT);
}

void explain_output_text(const struct explain_facts *facts)
{
    output_line("%.*s:%.*s in %.*s", TEXT_PRINT(facts->object), TEXT_PRINT(facts->id),
                TEXT_PRINT(facts->integration));
    print_mappings(facts);
    print_outcomes(facts);
    print_changes(facts);
    puts("\nfields that were judged, because both sides may have changed them");
    for (size_t i = 0; i < facts->decision_count; i++)
        if (!text_is_absent(facts->field) || !is_outdated(facts, i))
            print_decision(&facts->decisions[i]);
    if (!facts->decision_count)
        puts("  none");
    print_matters(facts);
    if (facts->note_count)
        puts("\nnotes");
    for (size_t i = 0; i < facts->note_count; i++) {
        const struct status_note *const note = &facts->notes[i];
        output_line("  run %" PRId64 ": %.*s %.*s", note->run,
                    TEXT_PRINT(text_is_absent(note->field) ? note->about : note->field),
                    TEXT_PRINT(note->message));
    }
}
