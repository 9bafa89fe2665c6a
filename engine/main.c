/* The program. */
#include <sys/stat.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
    /* The files it makes hold personal data and secrets, so only its user may read them. */
    (void)umask(S_IRWXG | S_IRWXO);
    return cli_main(argc, argv);
}
