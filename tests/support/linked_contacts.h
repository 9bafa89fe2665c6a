/*
 * linked_contacts: contacts of the fixture that came from the hub, what they are linked to, and the
 * policies for deletions.
 */
#ifndef TANDEM_TEST_LINKED_CONTACTS_H
#define TANDEM_TEST_LINKED_CONTACTS_H

#include "support/scripted_run.h"

/* Contacts c1 to c<count>@x.test that came as Contact C1 to C<count>. */
struct scripted_run linked_contacts(struct store_fixture *fixture, size_t count);
/* The hub's entry of contacts. */
struct manual_entry *linked_contacts_entry(struct store_fixture *fixture);
/* "C1 contact:1; C2 contact:2 deleted; ..." */
const char *linked_contacts_mappings(struct store_fixture *fixture);
/* Policies as an operator sets them; the registry tells the triggers. */
void linked_contacts_policies(struct store_fixture *fixture, enum deletion_policy here,
                              enum deletion_policy there);

#endif
