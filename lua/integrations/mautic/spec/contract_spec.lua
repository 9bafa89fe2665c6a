require("contract").verify "mautic"
