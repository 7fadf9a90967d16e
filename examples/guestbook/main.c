/* main.c: the program */
#include <vial/vial.h>

vial *guestbook_app(void);

int main(int argc, char **argv)
{
    return vial_main(guestbook_app(), argc, argv);
}
