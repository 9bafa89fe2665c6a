/*
 * order_index: how an order finds its changes; private to order*.c.
 */
#ifndef TANDEM_MODEL_ORDER_INDEX_H
#define TANDEM_MODEL_ORDER_INDEX_H

#include "model/order.h"
#include "base/pair_index.h"

/* What order->index points to; of several changes with one key the first is found. */
struct order_index {
    struct pair_index *by_sender;   /* (receiving object, sender's id) */
    struct pair_index *by_receiver; /* (receiving object, receiver's id); creates are not in it */
};

#endif
