/*
 * channel: the ways in which a message leaves: a webhook, or a command that sends mail.
 *
 * Both pass on the message's key, so that a receiver can recognize a message that comes twice (when
 * this process died between sending and recording it): webhook-id, and Message-ID in the mail.
 */
#ifndef TANDEM_SERVICE_NOTIFY_CHANNEL_H
#define TANDEM_SERVICE_NOTIFY_CHANNEL_H

#include "base/log.h"
#include "script/configuration/service_settings.h"
#include "store/service/message.h"

/* POST it in the form of Standard Webhooks. An answer other than 2xx, or none within 20 seconds, is
 * an ERROR_TRANSPORT. */
WARN_UNUSED enum error_code channel_webhook(const struct notify_settings *settings,
                                            const struct message *message, instant now,
                                            struct log *log, struct error *error);
/* Give it to `sh -c COMMAND` as standard input. Another exit code than 0, or no end within 60
 * seconds, is an ERROR_TRANSPORT with the last line of its standard error. */
WARN_UNUSED enum error_code channel_command(const struct notify_settings *settings,
                                            const struct message *message, struct error *error);

#endif
