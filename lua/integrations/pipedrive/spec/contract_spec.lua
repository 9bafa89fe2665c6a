require("contract").verify "pipedrive"
