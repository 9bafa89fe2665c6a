/*
 * version: the version of Tandem.
 */
#ifndef TANDEM_BASE_VERSION_H
#define TANDEM_BASE_VERSION_H

#define TANDEM_VERSION "0.1.0"

#endif
