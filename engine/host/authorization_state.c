/* Answered from the configuration and the tokens that are kept, without the network. */
#include "host/authorization_state.h"

#include "host/token_vault.h"

bool authorization_state_needs_reauth(struct session *session,
                                      const struct integration_configuration *configuration)
{
    struct token_vault vault;
    struct authentication *authentication = NULL;
    struct error ignored = {.code = ERROR_NONE};
    bool needed = false;
    if (!configuration->auth.count)
        return false;
    if (!token_vault_init(session, configuration->name, &vault, &ignored)) {
        const struct token_keeper keeper = token_vault_keeper(&vault);
        if (!authentication_new(configuration->auth.settings, configuration->auth.count, &keeper,
                                session->log, &authentication, &ignored))
            needed = authentication_needs_reauth(authentication);
        authentication_free(authentication);
        token_vault_release(&vault);
    }
    return needed;
}

bool authorization_state_is_missing(struct session *session, struct text name)
{
    struct integration_configuration *configuration = NULL;
    struct text terminated = TEXT_ABSENT;
    struct error ignored = {.code = ERROR_NONE};
    bool needed = false;
    if (!text_copy(session->arena, name, &terminated, &ignored) &&
        !configuration_integration_load(session->home.path, terminated.bytes, CONFIGURATION_WHOLE,
                                        session->configuration, session->log, &configuration,
                                        &ignored))
        needed = authorization_state_needs_reauth(session, configuration);
    configuration_integration_free(configuration);
    return needed;
}
