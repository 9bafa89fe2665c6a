/* The floor of everything that is a program. */
int main(void)
{
    return 0;
}
