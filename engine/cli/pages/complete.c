/* Reads an unfinished command line, and offers what may come next. */
#include "cli/pages/complete.h"

#include <stdio.h>
#include <string.h>

#include "cli/line/options.h"
#include "base/error_number.h"
#include "cli/pages/complete_home.h"
#include "cli/pages/error_pages.h"
#include "host/reasons.h"

enum { MOST_ARGUMENTS = 8, WORD_SIZE = 64 };

/* What is known once all words but the last are read. */
struct line {
    const struct command *const *commands;
    const struct command *parent, *command;
    const struct option *waiting; /* its value comes next; NULL: none */
    const char *arguments[MOST_ARGUMENTS];
    int count;
    bool only_words; /* after -- */
    struct completion to;
};

/* ---- reading what is there ---- */

static void take_option(struct line *line, const char *word)
{
    const bool is_long = word[1] == '-';
    const char *const name = is_long ? word + 2 : NULL;
    const char *const equals = is_long ? strchr(name, '=') : NULL;
    const size_t length = strlen(word);
    const struct option *const option =
        is_long
            ? options_find(line->command, name, equals ? (size_t)(equals - name) : length - 2, 0)
            : options_find(line->command, NULL, 0, word[length - 1]);
    line->waiting = option && option->argument && !equals ? option : NULL;
    if (option && equals && strcmp(option->name, "home") == 0)
        line->to.options.home = equals + 1;
}

static void take_word(struct line *line, const char *word)
{
    const struct command *const *const among =
        line->command ? line->command->subcommands : line->commands;
    if (line->waiting) {
        if (strcmp(line->waiting->name, "home") == 0)
            line->to.options.home = word;
        line->waiting = NULL;
    } else if (!line->only_words && strcmp(word, "--") == 0) {
        line->only_words = true;
    } else if (!line->only_words && word[0] == '-' && word[1]) {
        take_option(line, word);
    } else if (among) {
        line->parent = line->command;
        line->command = options_command(among, word);
    } else if (line->count < MOST_ARGUMENTS) {
        line->arguments[line->count++] = word;
    }
}

/* ---- what may come ---- */

static void offer_choices(const struct line *line, const char *choices)
{
    for (const char *end = NULL; choices && *choices; choices = *end ? end + 1 : end) {
        char word[WORD_SIZE];
        end = choices + strcspn(choices, "|");
        (void)snprintf(word, sizeof word, "%.*s", (int)(end - choices), choices);
        complete_home_offer(&line->to, word, "", NULL);
    }
}

static void offer_commands(const struct line *line, const struct command *const *commands)
{
    for (; commands && *commands; commands++)
        if ((*commands)->summary)
            complete_home_offer(&line->to, (*commands)->name, "", (*commands)->summary);
}

static void offer_options(const struct line *line, const struct option *table)
{
    for (const struct option *option = table; option && option->name; option++) {
        char name[WORD_SIZE];
        (void)snprintf(name, sizeof name, "--%s", option->name);
        if (option->help)
            complete_home_offer(&line->to, name, "", option->help);
    }
}

static void offer_reasons(const struct line *line)
{
    const struct reasons_matter *reason = reasons_matter_at(0);
    for (size_t i = 1; reason; reason = reasons_matter_at(i++))
        complete_home_offer(&line->to, reason->name, "", reason->meaning);
}

static bool is_below(const struct line *line, const char *parent)
{
    return line->parent && strcmp(line->parent->name, parent) == 0;
}

/* Objects of ours and theirs, as "contact:". */
static void offer_named(const struct line *line)
{
    complete_home_objects(&line->to, ":");
    if (line->count > 0)
        complete_home_mapped(&line->to, line->arguments[0], ":");
}

static void offer_objects(const struct line *line)
{
    if (line->count == 0)
        complete_home_objects(&line->to, "");
    else
        complete_home_mapped(&line->to, line->arguments[0], "");
}

static void offer_fields(const struct line *line, const char *after)
{
    if (is_below(line, "object") || is_below(line, "field"))
        complete_home_fields(&line->to, line->count ? line->arguments[0] : "contact", after);
    else if (line->count)
        complete_home_mapped_fields(&line->to, line->arguments[0]);
}

/* Commands, and once it is begun as one, numbers of errors. */
static void offer_help(const struct line *line)
{
    offer_commands(line, line->commands);
    if (strncmp(line->to.word, "TND", 3) != 0)
        return;
    for (const struct error_page *page = error_pages; page->text; page++) {
        char number[ERROR_NUMBER_TEXT_SIZE], title[WORD_SIZE];
        const char *const name = strchr(page->text, ':');
        (void)snprintf(number, sizeof number, "TND%04d", page->number);
        (void)snprintf(title, sizeof title, "%.*s", name ? (int)strcspn(name + 2, "\n") : 0,
                       name ? name + 2 : "");
        complete_home_offer(&line->to, number, "", title);
    }
}

/* COLUMN=FIELD: the column is whatever the file has; its field comes after the sign. */
static void offer_fields_after(const struct line *line, const char *equals)
{
    if (!equals)
        return;
    struct completion after = line->to;
    after.word = equals + 1;
    after.before = (struct text){line->to.word, (size_t)(equals + 1 - line->to.word)};
    complete_home_fields(&after, line->count ? line->arguments[0] : "contact", "");
}

/* `kind` is a word as help shows it. */
static void offer_kind(const struct line *line, const char *kind)
{
    const bool users = is_below(line, "token") || is_below(line, "user");
    if (strcmp(kind, "NAME|RUN") == 0) {
        complete_home_integrations(&line->to, false);
        complete_home_runs(&line->to);
    } else if (strncmp(kind, "NAME", 4) == 0 && line->count == 0 && !users)
        complete_home_integrations(&line->to, strcmp(line->command->name, "connect") == 0);
    else if (strstr(kind, ":ID") || strcmp(kind, "OURS") == 0 || strcmp(kind, "THEIRS") == 0)
        offer_named(line);
    else if (strcmp(kind, "OBJECT") == 0)
        offer_objects(line);
    else if (strcmp(kind, "FIELD=VALUE") == 0)
        offer_fields(line, "=");
    else if (strcmp(kind, "FIELD") == 0 || (strcmp(kind, "NAME") == 0 && is_below(line, "field")))
        offer_fields(line, "");
    else if (strcmp(kind, "ID") == 0 && strcmp(line->command->name, "resolve") == 0)
        complete_home_conflicts(&line->to);
    else if (strcmp(kind, "REASON") == 0 || strcmp(kind, "WHAT") == 0)
        offer_reasons(line);
    else if (strncmp(kind, "COMMAND", 7) == 0)
        offer_help(line);
    else if (strcmp(kind, "COLUMN=FIELD") == 0)
        offer_fields_after(line, strchr(line->to.word, '='));
    else if (strcmp(kind, "FILE") == 0 || strcmp(kind, "DIR") == 0)
        puts(*kind == 'F' ? ":files" : ":folders");
    else if (strchr(kind, '|'))
        offer_choices(line, kind);
}

/* The next argument, by the words of the command's usage; the last one may repeat. */
static void offer_argument(const struct line *line)
{
    char words[128], kind[WORD_SIZE] = "", *rest = NULL;
    (void)snprintf(words, sizeof words, "%s", line->command->arguments);
    char *word = strtok_r(words, " []", &rest);
    for (int i = 0; word; i++, word = strtok_r(NULL, " []", &rest)) {
        char *const dots = strstr(word, "...");
        if (dots)
            *dots = '\0';
        if (*word)
            (void)snprintf(kind, sizeof kind, "%s", word);
        if (i == line->count)
            break;
        if (!dots)
            kind[0] = '\0';
    }
    if (*kind)
        offer_kind(line, kind);
}

static void offer_value(const struct line *line)
{
    if (line->waiting->choices)
        offer_choices(line, line->waiting->choices);
    else if (line->command || strcmp(line->waiting->argument, "DIR") == 0)
        offer_kind(line, line->waiting->argument);
}

void complete_print(const struct command *const *commands, const char *home, char *const *words,
                    int count)
{
    struct line line = {.commands = commands,
                        .to = {.options = {.home = home, .quiet = true}, .word = ""}};
    for (int i = 0; i + 1 < count; i++)
        take_word(&line, words[i]);
    if (count > 0)
        line.to.word = words[count - 1];
    if (line.waiting) {
        offer_value(&line);
    } else if (line.to.word[0] == '-' && !line.only_words) {
        offer_options(&line, line.command ? line.command->options : NULL);
        offer_options(&line, options_common);
    } else if (!line.command || line.command->subcommands) {
        offer_commands(&line, line.command ? line.command->subcommands : commands);
    } else {
        offer_argument(&line);
    }
}
