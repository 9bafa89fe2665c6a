// The vendors' own clients drive the test servers: node strangers.mjs hubspot|salesforce|pipedrive URL
// Whatever these clients take for an answer of their vendor is one; prints "ok NAME" or "not ok NAME".
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [vendor, url] = process.argv.slice(2);
let failed = 0;

function tell(name, fine, details) {
  console.log(`${fine ? "ok" : "not ok"} strangers: ${vendor}: ${name}`);
  if (!fine) {
    failed = 1;
    console.log("  " + JSON.stringify(details));
  }
}

async function refused(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return error;
  }
}

async function control(settings) {
  return (await fetch(url + "/_control", { method: "POST", body: JSON.stringify(settings) })).json();
}

async function hubspot() {
  const { Client } = require("@hubspot/api-client");
  const client = new Client({ accessToken: "token-of-tests", basePath: url, numberOfApiCallRetries: 0 });
  const { basicApi, batchApi, searchApi } = client.crm.contacts;
  const ann = await basicApi.create({ properties: { firstname: "Ann", email: "ann@sdk.test" }, associations: [] });
  tell("creates", /^\d+$/.test(ann.id), ann);
  const read = await basicApi.getById(ann.id, ["firstname", "email"]);
  tell("reads", read.properties.email === "ann@sdk.test", read);
  const updated = await basicApi.update(ann.id, { properties: { city: "Ulm" } });
  tell("updates", updated.properties.city === "Ulm", updated);
  const twice = await refused(basicApi.create({ properties: { email: "ANN@sdk.test" }, associations: [] }));
  tell("is refused a known e-mail, with the id of who has it", twice?.code === 409 && JSON.stringify(twice.body).includes("Existing ID: " + ann.id), twice);
  const inputs = [];
  for (let index = 0; index < 100; index++) {
    inputs.push({ properties: { lastname: "Many" + index, email: `many${index}@sdk.test` }, associations: [], objectWriteTraceId: "trace" + index });
  }
  inputs[7].properties.email = "nowhere";
  const batch = await batchApi.create({ inputs });
  tell("creates in batches, of which one item is refused by itself", batch.results.length === 99 && batch.numErrors === 1
    && batch.errors[0].context.objectWriteTraceId[0] === "trace7", batch.errors);
  const ids = batch.results.slice(0, 3).map((record) => ({ id: record.id }));
  const reread = await batchApi.read({ inputs: ids, properties: ["email"], propertiesWithHistory: [] });
  tell("reads in batches", reread.results.length === 3, reread);
  const upserted = await batchApi.upsert({ inputs: [{ id: "key-1", idProperty: "tandem_id", properties: { firstname: "Key" }, objectWriteTraceId: "a" }] });
  const again = await batchApi.upsert({ inputs: [{ id: "key-1", idProperty: "tandem_id", properties: { firstname: "Key" }, objectWriteTraceId: "a" }] });
  tell("creates by a key once", upserted.results[0].id === again.results[0].id, again);
  const query = { filterGroups: [{ filters: [{ propertyName: "email", operator: "CONTAINS_TOKEN", value: "sdk.test" }] }],
    sorts: ["hs_object_id"], limit: 20, after: "0", properties: ["email"] };
  const found = await searchApi.doSearch(query);
  tell("searches", found.total === 100 && found.results.length === 20 && found.paging.next.after === "20", found);
  const beyond = await refused(searchApi.doSearch({ ...query, limit: 200, after: "9900" }));
  tell("is refused what is beyond 10,000 records of a search", beyond?.code === 400, beyond);
  const merged = await basicApi.merge({ primaryObjectId: ann.id, objectIdToMerge: ids[0].id });
  tell("merges, and the survivor has a new id", merged.id !== ann.id && merged.id !== ids[0].id, merged);
  const survivor = await basicApi.getById(ann.id);
  tell("reads who was merged as the one that is left", survivor.id === merged.id, survivor);
  await basicApi.archive(ids[1].id);
  await batchApi.archive({ inputs: [ids[2]] });
  tell("archives", (await refused(basicApi.getById(ids[1].id)))?.code === 404);
  const archived = await basicApi.getPage(100, undefined, undefined, undefined, undefined, true);
  tell("lists the archive", archived.results.length === 2 && archived.results.every((record) => record.archivedAt), archived);
  await control({ search_rate: 0 });
  const busy = await refused(searchApi.doSearch(query));
  tell("is told which limit it has reached", busy?.code === 429 && busy.body.policyName === "SECONDLY", busy);
}

async function salesforce() {
  const jsforce = require("jsforce");
  const connection = new jsforce.Connection({ instanceUrl: url, version: "67.0",
    oauth2: { clientId: "consumer-key", clientSecret: "consumer-secret", authzServiceUrl: url, revokeServiceUrl: url,
      tokenServiceUrl: url + "/services/oauth2/token" } });
  await connection.authorize({ grant_type: "client_credentials" });
  tell("gets a token that says where the organization is", connection.instanceUrl === url && connection.accessToken, connection.instanceUrl);
  const account = await connection.sobject("Account").create({ Name: "Acme" });
  const contacts = connection.sobject("Contact");
  const ann = await contacts.create({ LastName: "Ash", Email: "ann@sdk.test", AccountId: account.id });
  tell("creates", account.success && ann.success && ann.id.length === 18, ann);
  tell("reads", (await contacts.retrieve(ann.id)).Email === "ann@sdk.test");
  const description = await contacts.describe();
  tell("is told the fields", description.fields.some((field) => field.name === "LastName" && !field.nillable));
  const many = [];
  for (let index = 0; index < 200; index++) {
    many.push({ LastName: "Many" + index, Email: index === 7 ? "nowhere" : `many${index}@sdk.test` });
  }
  const results = await contacts.create(many, { allOrNone: false });
  tell("creates 200 at once, of which one is refused by itself", results.filter((result) => result.success).length === 199
    && results[7].errors[0].statusCode === "INVALID_EMAIL_ADDRESS", results[7]);
  const more = await refused(connection.requestPost("/services/data/v67.0/composite/sobjects", { allOrNone: false,
    records: [...many, many[0]].map((record) => ({ attributes: { type: "Contact" }, ...record })) }));
  tell("is refused more than 200", more?.errorCode === "INVALID_INPUT", more);
  const update = await contacts.update({ Id: ann.id, Title: "Cook" });
  tell("updates", update.success && (await contacts.retrieve(ann.id)).Title === "Cook", update);
  const first = await contacts.upsert({ Tandem_Id__c: "key-1", LastName: "Key" }, "Tandem_Id__c");
  await contacts.upsert({ Tandem_Id__c: "key-1", LastName: "Key" }, "Tandem_Id__c");
  const keyed = await connection.query("SELECT Id FROM Contact WHERE Tandem_Id__c = 'key-1'");
  tell("creates by an external id once", first.success && keyed.totalSize === 1, first);
  await control({ page: 50 });
  const paged = await connection.query("SELECT Id, LastName FROM Contact ORDER BY Id", { autoFetch: true, maxFetch: 1000 });
  tell("reads on where an answer ends", paged.records.length === 201 && new Set(paged.records.map((r) => r.Id)).size === 201, paged.records.length);
  const unknown = await refused(connection.query("SELECT Nothing__c FROM Contact"));
  tell("is refused an unknown column", unknown?.errorCode === "INVALID_FIELD", unknown);
  await control({ merge: ["Contact", ann.id, results[0].id] });
  const gone = await connection.request(`/services/data/v67.0/queryAll?q=${encodeURIComponent(
    `SELECT Id, IsDeleted, MasterRecordId FROM Contact WHERE Id = '${results[0].id}'`)}`);
  tell("sees into whom somebody was merged", gone.records[0].IsDeleted && gone.records[0].MasterRecordId === ann.id, gone);
  const destroyed = await contacts.destroy([results[1].id, results[2].id]);
  tell("deletes several", destroyed.every((result) => result.success), destroyed);
  tell("and one", (await contacts.destroy(results[3].id)).success
    && (await refused(contacts.retrieve(results[3].id)))?.errorCode === "NOT_FOUND");
  tell("is told how many requests the day has", connection.limitInfo?.apiUsage?.limit === 15000, connection.limitInfo);
}

async function pipedrive() {
  const v2 = require("pipedrive/v2");
  const v1 = require("pipedrive/v1");
  const persons = new v2.PersonsApi(new v2.Configuration({ apiKey: "token-of-tests", basePath: url + "/api/v2" }));
  const organizations = new v2.OrganizationsApi(new v2.Configuration({ apiKey: "token-of-tests", basePath: url + "/api/v2" }));
  const old = new v1.PersonsApi(new v1.Configuration({ apiKey: "token-of-tests", basePath: url + "/api/v1" }));
  const acme = (await organizations.addOrganization({ AddOrganizationRequest: { name: "Acme" } })).data;
  const email = (value) => [{ value, primary: true, label: "work" }];
  const ann = (await persons.addPerson({ AddPersonRequest: { name: "Ann Ash", emails: email("ann@sdk.test"), org_id: acme.id } })).data;
  tell("creates", ann.id > 0 && ann.org_id === acme.id, ann);
  tell("reads", (await persons.getPerson({ id: ann.id })).data.emails[0].value === "ann@sdk.test");
  const updated = await persons.updatePerson({ id: ann.id, UpdatePersonRequest: { name: "Ann Busch" } });
  tell("updates", updated.data.last_name === "Busch", updated);
  const bad = await refused(persons.addPerson({ AddPersonRequest: { name: "Bad", emails: email("nowhere") } }));
  tell("is refused with words", bad?.success === false && bad.code === "ERR_SCHEMA_VALIDATION_FAILED", bad);
  for (let index = 0; index < 5; index++) {
    await persons.addPerson({ AddPersonRequest: { name: "Many " + index, emails: email(`many${index}@sdk.test`) } });
  }
  const seen = new Set();
  for (let cursor; cursor !== null;) {
    const page = await persons.getPersons({ limit: 2, sort_by: "update_time", sort_direction: "asc", ...(cursor && { cursor }) });
    page.data.forEach((person) => seen.add(person.id));
    cursor = page.additional_data.next_cursor ?? null;
  }
  tell("reads pages by their cursors", seen.size === 6, [...seen]);
  const found = await persons.searchPersons({ term: "MANY3@sdk.test", fields: "email", exact_match: true });
  tell("searches", found.data.items.length === 1, found.data);
  const other = found.data.items[0].item.id;
  const merged = await old.mergePersons({ id: other, MergePersonsRequest: { merge_with_id: ann.id } });
  const whole = (await persons.getPerson({ id: ann.id })).data;
  tell("merges, and lists of e-mails are joined", merged.data.id === ann.id && whole.emails.length === 2, whole);
  await persons.deletePerson({ id: ann.id });
  tell("deletes", (await refused(persons.getPerson({ id: ann.id })))?.code === "ERR_NOT_FOUND");
  await control({ burst: 0 });
  tell("is told that it is too fast", (await refused(persons.getPersons({})))?.code === "rate_limit");
}

try {
  await { hubspot, salesforce, pipedrive }[vendor]();
} catch (error) {
  tell("ends", false, String(error.stack || error));
}
process.stdout.write("", () => process.exit(failed));
