/* Writes man(7) from the tables: the same as --help, in another format. */
#include "cli/pages/man.h"

#include "base/version.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/line/options.h"
#include "script/configuration/configuration_keys.h"

/* ---- texts ---- */

/* A text whose characters mean nothing to roff: hyphens stay hyphens, quotes stay straight. */
static void plain(FILE *stream, const char *text, size_t length)
{
    static const char special[] = "\\-'`^~";
    static const char *const written[] = {"\\e", "\\-", "\\(aq", "\\(ga", "\\(ha", "\\(ti"};
    if (length && *text == '.')
        fputs("\\&", stream);
    for (size_t i = 0; i < length; i++) {
        const char *const found = text[i] ? strchr(special, text[i]) : NULL;
        if (found)
            fputs(written[found - special], stream);
        else
            fputc(text[i], stream);
    }
}

static void line(FILE *stream, const char *text)
{
    plain(stream, text, strlen(text));
    fputc('\n', stream);
}

/* A font and back: 'B' or 'I'. */
static void styled(FILE *stream, char font, const char *text)
{
    fprintf(stream, "\\f%c", font);
    plain(stream, text, strlen(text));
    fputs("\\fR", stream);
}

/* Lines as in help: blank ones separate paragraphs, those that begin with a blank stay as they
 * are. */
static void paragraphs(FILE *stream, const char *text)
{
    bool verbatim = false;
    for (const char *end = NULL; *text; text = *end ? end + 1 : end) {
        end = text + strcspn(text, "\n");
        const bool indented = *text == ' ';
        if (indented != verbatim)
            fputs(indented ? ".RS 4\n.nf\n" : ".fi\n.RE\n.PP\n", stream);
        verbatim = indented;
        text += strspn(text, " ");
        if (end > text) {
            plain(stream, text, (size_t)(end - text));
            fputc('\n', stream);
        } else if (*end && end[1] && end[1] != ' ') {
            fputs(".PP\n", stream);
        }
    }
    if (verbatim)
        fputs(".fi\n.RE\n", stream);
}

static void heading(FILE *stream, const char *name, int section, const char *summary)
{
    const char *const epoch = getenv("SOURCE_DATE_EPOCH");
    const time_t now = epoch && *epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
    struct tm day = {.tm_year = 0};
    char date[16] = "", title[64] = "";
    (void)gmtime_r(&now, &day);
    (void)strftime(date, sizeof date, "%Y-%m-%d", &day);
    for (size_t i = 0; name[i] && i + 1 < sizeof title; i++)
        title[i] = (char)toupper((unsigned char)name[i]);
    fputs(".TH ", stream);
    plain(stream, title, strlen(title));
    fprintf(stream, " %d %s \"tandem " TANDEM_VERSION "\" \"Tandem\"\n.SH NAME\n", section, date);
    plain(stream, name, strlen(name));
    fputs(" \\- ", stream);
    line(stream, summary);
}

/* ---- options and commands ---- */

static void options(FILE *stream, const struct option *table)
{
    for (const struct option *option = table; option && option->name; option++) {
        if (!option->help)
            continue;
        fputs(".TP\n", stream);
        if (option->letter)
            fprintf(stream, "\\fB\\-%c\\fR, ", option->letter);
        char name[64];
        (void)snprintf(name, sizeof name, "--%s", option->name);
        styled(stream, 'B', name);
        if (option->argument) {
            fputc(' ', stream);
            styled(stream, 'I', option->argument);
        }
        fputc('\n', stream);
        line(stream, option->help);
    }
}

static void usage(FILE *stream, const struct command *parent, const struct command *command)
{
    fputs("\\fBtandem", stream);
    for (int i = 0; i < 2; i++) {
        const struct command *const each = i ? command : parent;
        if (each) {
            fputc(' ', stream);
            plain(stream, each->name, strlen(each->name));
        }
    }
    fprintf(stream, "\\fR%s", command->options ? " [\\fIOPTION\\fR]..." : "");
    if (*command->arguments) {
        fputc(' ', stream);
        styled(stream, 'I', command->arguments);
    }
    fputc('\n', stream);
}

static void examples(FILE *stream, const char *text, const char *macro)
{
    if (!text)
        return;
    fprintf(stream, "%s\n", macro);
    paragraphs(stream, text);
}

static void exit_codes(FILE *stream)
{
    fputs(".SH EXIT STATUS\n", stream);
#define X(constant, number, meaning)                                                               \
    fprintf(stream, ".TP\n\\fB%d\\fR\n", number);                                                  \
    line(stream, meaning);
    EXIT_CODES(X)
#undef X
}

/* The pages that there are, beside the one that is written. */
static void see_also(FILE *stream, const char *own)
{
    static const char *const pages[][2] = {{"tandem", "1"}, {"tandem.lua", "5"}};
    bool first = true;
    fputs(".SH SEE ALSO\n", stream);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        if (strcmp(pages[i][0], own) == 0)
            continue;
        fprintf(stream, "%s\\fB%s\\fR(%s)", first ? "" : ",\n", pages[i][0], pages[i][1]);
        first = false;
    }
    fputc('\n', stream);
}

void man_program(FILE *stream, const struct command *const *commands)
{
    heading(stream, "tandem", 1,
            "keeps contacts and companies in sync with other systems, in both directions");
    fputs(".SH SYNOPSIS\n\\fBtandem\\fR [\\fB\\-\\-home\\fR \\fIDIR\\fR] \\fICOMMAND\\fR "
          "[\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...\n.SH DESCRIPTION\n",
          stream);
    line(stream, "Each command has a page of its own: tandem-COMMAND(1).");
    fputs(".SH COMMANDS\n", stream);
    for (; *commands; commands++) {
        if (!(*commands)->summary)
            continue;
        fputs(".TP\n", stream);
        styled(stream, 'B', (*commands)->name);
        if (*(*commands)->arguments) {
            fputc(' ', stream);
            styled(stream, 'I', (*commands)->arguments);
        }
        fputc('\n', stream);
        line(stream, (*commands)->summary);
    }
    fputs(".SH OPTIONS\n", stream);
    options(stream, options_common);
    exit_codes(stream);
    fputs(".SH ENVIRONMENT\n.TP\n\\fBTANDEM_HOME\\fR\nthe home, if \\-\\-home is not "
          "given\n.TP\n\\fBTANDEM_DATA\\fR\nthe folder with the files from which a new home is "
          "made\n.TP\n\\fBTANDEM_KEY\\fR\nthe key that seals the tokens in the store\n",
          stream);
    see_also(stream, "tandem");
}

static void subcommand(FILE *stream, const struct command *parent, const struct command *command)
{
    fputs(".SS ", stream);
    plain(stream, command->name, strlen(command->name));
    fputs("\n", stream);
    usage(stream, parent, command);
    fputs(".PP\n", stream);
    line(stream, command->summary);
    if (command->details) {
        fputs(".PP\n", stream);
        paragraphs(stream, command->details);
    }
    options(stream, command->options);
    examples(stream, command->examples, ".PP\nExamples:");
}

void man_command(FILE *stream, const struct command *command)
{
    char name[64];
    (void)snprintf(name, sizeof name, "tandem-%s", command->name);
    heading(stream, name, 1, command->summary);
    fputs(".SH SYNOPSIS\n", stream);
    usage(stream, NULL, command);
    if (command->details) {
        fputs(".SH DESCRIPTION\n", stream);
        paragraphs(stream, command->details);
    }
    if (command->subcommands) {
        fputs(".SH COMMANDS\n", stream);
        for (const struct command *const *each = command->subcommands; *each; each++)
            subcommand(stream, command, *each);
    }
    fputs(".SH OPTIONS\n", stream);
    options(stream, command->options);
    options(stream, options_common);
    exit_codes(stream);
    examples(stream, command->examples, ".SH EXAMPLES");
    see_also(stream, name);
}

/* ---- configuration ---- */

/* Titles of the tables, in the order of configuration_keys. */
static const struct {
    const char *table, *title, *says;
} tables[] = {
    {"", "At the top of a file",
     "Every key is optional unless its description says that it is required."},
    {"hosts", "hosts", "An entry of hosts is a text, or a table:"},
    {"limits", "limits", "limits = { requests_per_second = 5, burst = 10 }"},
    {"buckets", "limits.buckets", "buckets = { search = { per_second = 5 } }"},
    {"brakes", "brakes", "brakes = { mass_share = 0.1, mass_minimum = 20 }"},
    {"keep", "keep", "keep = { days = 30, runs = 200 }"},
    {"schedule", "schedule", "schedule = { every = \"10m\", fastest = \"1m\" }"},
    {"webhooks", "webhooks",
     "webhooks = { scheme = \"hmac_sha256\", secret = env \"HOOK_SECRET\" }"},
    {"service", "service", "service = { listen = \"127.0.0.1:8321\" }"},
    {"notify", "notify", "notify = { command = \"sendmail -t\" }"},
    {"object", "mapping.OBJECT", "Keys of an object of theirs; all others are its fields."},
    {"field", "mapping.OBJECT.FIELD",
     "email = \"email\", or a table that begins with the name of our field: "
     "email = { \"email\", required = true }"},
};

static const char *file_of(const struct configuration_key *key)
{
    return key->file == KEYS_GENERAL ? "config/tandem.lua"
           : key->file == KEYS_BOTH  ? "both files"
                                     : "config/integrations/NAME.lua";
}

static void key_entry(FILE *stream, const struct configuration_key *key)
{
    fputs(".TP\n", stream);
    styled(stream, 'B', key->name);
    fputs(" = ", stream);
    styled(stream, 'I', key->value);
    fputc('\n', stream);
    line(stream, key->meaning);
    if (key->otherwise) {
        fputs("(default: ", stream);
        plain(stream, key->otherwise, strlen(key->otherwise));
        fputs(")\n", stream);
    }
    if (!*key->table) {
        fputs(".br\nin ", stream);
        line(stream, file_of(key));
    }
}

void man_configuration(FILE *stream)
{
    heading(stream, "tandem.lua", 5, "configuration of Tandem and of its integrations");
    fputs(".SH DESCRIPTION\n", stream);
    line(stream,
         "config/tandem.lua holds for all integrations, config/integrations/NAME.lua for one of "
         "them. Both are Lua that returns a table and can do nothing else but name "
         "environment variables: env \"NAME\", which has to be set, and "
         "env(\"NAME\", \"default\").");
    fputs(".PP\n", stream);
    line(stream, "Other keys at the top of an integration's file are settings of its scripts. "
                 "'tandem check' reports every mistake with its line.");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        fputs(i ? ".SS " : ".SH KEYS\n.SS ", stream);
        line(stream, tables[i].title);
        line(stream, tables[i].says);
        for (const struct configuration_key *key = configuration_keys; key->name; key++)
            if (strcmp(key->table, tables[i].table) == 0)
                key_entry(stream, key);
    }
    fputs(".SH EXAMPLES\n", stream);
    paragraphs(
        stream,
        "  return {\n    base_url = \"https://crm.example.com/api\",\n"
        "    auth = { type = \"bearer\", token = env \"CRM_TOKEN\" },\n"
        "    mapping = { person = { email = \"email\", first_name = \"firstname\" } },\n  }\n");
    see_also(stream, "tandem.lua");
}
