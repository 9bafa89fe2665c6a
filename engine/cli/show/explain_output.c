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

static void print_instant(instant at)
{
    char text[INSTANT_TEXT_SIZE];
    fputs(at == INSTANT_NONE ? "-" : instant_format_human(at, text), stdout);
}

static void print_testimony(const char *name, struct text value, instant certain, instant possible)
{
    printf("    %-7s ", name);
    terminal_text(stdout, text_is_absent(value) ? TEXT("(empty)") : value);
    fputs("  (", stdout);
    if (certain != INSTANT_NONE) {
        fputs("changed ", stdout);
        print_instant(certain);
    } else if (possible != INSTANT_NONE) {
        fputs("its object changed ", stdout);
        print_instant(possible);
    } else {
        fputs("it is unknown when it changed", stdout);
    }
    fputs(")\n", stdout);
}

/* What was added to their dates, or taken from them. */
static void print_clock(int64_t behind_ms, bool unknown)
{
    const long long seconds = llabs(behind_ms) / 1000;
    if (unknown)
        fputs("    clock   theirs is not known; their dates are shown and compared as they gave "
              "them\n",
              stdout);
    else if (seconds)
        printf(
            "    clock   theirs was %lld s %s ours; their dates are shown and compared by ours\n",
            seconds, behind_ms > 0 ? "behind" : "ahead of");
}

static void print_decision(const struct explain_decision *decision)
{
    fputs("  ", stdout);
    terminal_text(stdout, decision->field);
    fputs(" against ", stdout);
    terminal_text(stdout, decision->integration_object);
    putchar(':');
    terminal_text(stdout, decision->integration_id);
    printf(", run %" PRId64 " of ", decision->run);
    print_instant(decision->at);
    putchar('\n');
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
    for (size_t i = 0; i < facts->mapping_count; i++) {
        const struct status_mapping *const mapping = &facts->mappings[i];
        fputs("  ", stdout);
        terminal_text(stdout, mapping->internal_object);
        printf(":%.*s here is ", TEXT_PRINT(mapping->internal_id));
        terminal_text(stdout, mapping->integration_object);
        putchar(':');
        terminal_text(stdout, mapping->integration_id);
        fputs(" there, last synced ", stdout);
        print_instant(mapping->last_sync);
        puts(mapping->deleted ? "; one of the two was deleted" : "");
    }
    if (!facts->mapping_count)
        puts("  is not linked to anything on the other side");
}

static void print_outcomes(const struct explain_facts *facts)
{
    puts("\noutcomes");
    for (size_t i = 0; i < facts->outcome_count; i++) {
        const struct explain_outcome *const outcome = &facts->outcomes[i];
        printf("  run %" PRId64 " of ", outcome->run);
        print_instant(outcome->at);
        printf(": %s of ", outcome->side == SIDE_INTEGRATION ? "pull" : "push");
        terminal_text(stdout, outcome->object);
        putchar(':');
        terminal_text(stdout, outcome->id);
        printf(": %.*s", TEXT_PRINT(outcome->outcome));
        const char *const words = reasons_of_outcome(outcome);
        if (words)
            printf(", since %s", words);
        else if (!text_is_absent(outcome->reason))
            printf(" (%.*s)", TEXT_PRINT(outcome->reason));
        putchar('\n');
    }
    puts(facts->outcome_count ? "  runs that found nothing to do are not listed"
                              : "  none: no run on record changed it");
}

static void print_changes(const struct explain_facts *facts)
{
    puts("\nchanges that wait to be sent");
    for (size_t i = 0; i < facts->change_count; i++) {
        const struct explain_change *const change = &facts->changes[i];
        fputs("  ", stdout);
        terminal_text(stdout, change->field);
        fputs(", changed ", stdout);
        print_instant(change->at);
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

static void print_matters(const struct explain_facts *facts)
{
    if (facts->matter_count || facts->failing_count)
        puts("\nwhat is open");
    for (size_t i = 0; i < facts->matter_count; i++) {
        const struct open_matter *const matter = &facts->matters[i];
        const struct reasons_matter *const words =
            reasons_of_matter(text_of(matter_reason_name(matter->reason)));
        fputs("  ", stdout);
        if (!text_is_absent(matter->field)) {
            terminal_text(stdout, matter->field);
            fputs(": ", stdout);
        }
        printf("%s, since ", words->meaning);
        print_instant(matter->first);
        if (!text_is_absent(matter->message)) {
            fputs(" (", stdout);
            terminal_text(stdout, matter->message);
            putchar(')');
        }
        printf("\n    what to do: %s\n", words->advice);
    }
    for (size_t i = 0; i < facts->failing_count; i++) {
        const struct reasons_matter *const words = reasons_of_failing(&facts->failing[i]);
        printf("  %s, since ", words->meaning);
        print_instant(facts->failing[i].first_at);
        printf("\n    what to do: %s\n", words->advice);
    }
}

void explain_output_text(const struct explain_facts *facts)
{
    terminal_text(stdout, facts->object);
    putchar(':');
    terminal_text(stdout, facts->id);
    printf(" in %.*s\n", TEXT_PRINT(facts->integration));
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
        printf("  run %" PRId64 ": ", note->run);
        terminal_text(stdout, text_is_absent(note->field) ? note->about : note->field);
        putchar(' ');
        terminal_text(stdout, note->message);
        putchar('\n');
    }
}
