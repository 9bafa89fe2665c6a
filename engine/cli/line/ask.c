/* Questions on standard output, answers from standard input. */
#include "cli/line/ask.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

bool ask_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static enum error_code read_answer(char *answer, size_t size, struct error *error)
{
    if (!fgets(answer, (int)size, stdin)) {
        fputc('\n', stdout);
        return error_set(error, ERROR_INTERRUPTED, "there was no answer: nothing more was done");
    }
    char *const end = strpbrk(answer, "\r\n");
    if (!end)
        return error_set(error, ERROR_INVALID, "an answer is longer than %zu characters", size - 2);
    *end = '\0';
    const size_t blanks = strspn(answer, " \t");
    size_t length = strlen(answer) - blanks;
    while (length && strchr(" \t", answer[blanks + length - 1]))
        length--;
    memmove(answer, answer + blanks, length);
    answer[length] = '\0';
    return ERROR_NONE;
}

enum error_code ask_line(const char *question, const char *otherwise, char *answer, size_t size,
                         struct error *error)
{
    do {
        printf("%s%s%s%s: ", question, otherwise ? " [" : "", otherwise ? otherwise : "",
               otherwise ? "]" : "");
        (void)fflush(stdout);
        if (read_answer(answer, size, error))
            return error->code;
        if (!*answer && otherwise)
            (void)snprintf(answer, size, "%s", otherwise);
    } while (!*answer && !otherwise);
    return ERROR_NONE;
}

enum error_code ask_secret(const char *question, char *answer, size_t size, struct error *error)
{
    struct termios shown, hidden;
    const bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
    if (terminal) {
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    printf("%s (not shown): ", question);
    (void)fflush(stdout);
    const enum error_code code = read_answer(answer, size, error);
    if (terminal)
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    if (!code)
        fputc('\n', stdout);
    return code;
}

enum error_code ask_yes(const char *question, bool otherwise, bool *yes, struct error *error)
{
    char answer[16], asked[256];
    (void)snprintf(asked, sizeof asked, "%s (yes or no)", question);
    for (;;) {
        const enum error_code code =
            ask_line(asked, otherwise ? "yes" : "no", answer, sizeof answer, error);
        *yes = *answer == 'y' || *answer == 'Y';
        if (code || *yes || *answer == 'n' || *answer == 'N')
            return code;
    }
}
