#include "generate.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const first_names[] = {"Ada",       "Grace",   "Alan",    "Edsger",
                                          "Barbara",   "Donald",  "Frances", "John",
                                          "Katherine", "Niklaus", "Radia"};
static const char *const last_names[] = {"Lovelace", "Hopper", "Turing",     "Dijkstra", "Liskov",
                                         "Knuth",    "Allen",  "Backus",     "Johnson",  "Wirth",
                                         "Perlman",  "Gödel",  "Łukasiewicz"};
static const char *const planets[] = {"Mercury", "Venus",  "Earth",  "Mars",
                                      "Jupiter", "Saturn", "Uranus", "Neptune"};

static const moment first_moment = INT64_C(1577836800000); /* 2020-01-01T00:00:00Z */
static const moment minute = 60000;
static const moment day = INT64_C(86400000);

static bool generate_world(struct store *store, json_int_t number)
{
    char name[64] = "", email[64] = "", website[64] = "";
    snprintf(name, sizeof(name), "%s %" JSON_INTEGER_FORMAT,
             planets[number % (json_int_t)COUNT(planets)], number);
    snprintf(email, sizeof(email), "office%" JSON_INTEGER_FORMAT "@hello.world", number);
    snprintf(website, sizeof(website), "https://world%" JSON_INTEGER_FORMAT ".hello.world", number);
    json_t *fields = json_pack("{s:s, s:s, s:s, s:I, s:s}", "name", name, "email", email, "website",
                               website, "population", number * 1000, "description", "A fine place");
    const struct record *record =
        store_create(store, OBJECT_WORLD, fields, first_moment + number * minute);
    json_decref(fields);
    return record != NULL;
}

static bool generate_citizen(struct store *store, json_int_t number, json_int_t worlds)
{
    char email[64] = "", phone[64] = "", birthday[16] = "";
    const moment created = first_moment + number * minute;
    snprintf(email, sizeof(email), "citizen%" JSON_INTEGER_FORMAT "@hello.world", number);
    snprintf(phone, sizeof(phone), "+1 555 %07" JSON_INTEGER_FORMAT, number);
    snprintf(birthday, sizeof(birthday), "19%02d-%02d-%02d", (int)(number % 90) + 10,
             (int)(number % 12) + 1, (int)(number % 28) + 1);
    json_t *fields =
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:I}", "first_name",
                  first_names[number % (json_int_t)COUNT(first_names)], "last_name",
                  last_names[number % (json_int_t)COUNT(last_names)], "email", email, "home_planet",
                  planets[number % (json_int_t)COUNT(planets)], "opt_in", number % 7 != 0, "phone",
                  phone, "birthday", birthday, "score", number % 100);
    if (worlds > 0) {
        json_object_set_new(fields, "world_id", json_integer((number - 1) % worlds + 1));
    }
    struct record *record = store_create(store, OBJECT_CITIZEN, fields, created);
    if (record && number % 3 == 0) {
        record->modified = created + day;
        json_object_set_new(record->field_timestamps, "phone", json_integer(record->modified));
    }
    json_decref(fields);
    return record != NULL;
}

bool generate(struct store *store, json_int_t citizens)
{
    const json_int_t worlds = citizens / 10;
    bool done = true;
    for (json_int_t number = 1; done && number <= worlds; number++) {
        done = generate_world(store, number);
    }
    for (json_int_t number = 1; done && number <= citizens; number++) {
        done = generate_citizen(store, number, worlds);
    }
    return done;
}
