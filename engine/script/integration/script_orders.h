/*
 * script_orders: what a script does with an order (order_executioner.lua). For script/ only.
 */
#ifndef TANDEM_SCRIPT_INTEGRATION_SCRIPT_ORDERS_H
#define TANDEM_SCRIPT_INTEGRATION_SCRIPT_ORDERS_H

#include "model/order.h"
#include "script/bindings/script.h"
#include "script/integration/script_fields.h"

/* Carry out the order. `fields`: what is known of their types. hears_batches: the script is told of
 * each batch, so the run waits for them. */
WARN_UNUSED enum error_code script_orders_execute(struct script *script,
                                                  struct script_fields *fields, struct order *order,
                                                  bool hears_batches, struct error *error);
/* The record that a create may have made; absent: none. *supported: the script can tell. */
WARN_UNUSED enum error_code script_orders_find(struct script *script,
                                               const struct order_change *change,
                                               struct arena *arena, struct text *id,
                                               bool *supported, struct error *error);

#endif
