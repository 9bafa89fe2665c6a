// A large file in pieces that the API takes, cut between records; a piece of CSV begins with the header.

const MOST_BYTES = 900e3;
export const types = { csv: "text/csv", jsonl: "application/x-ndjson", vcard: "text/vcard" };

// What a file is, by its name; null if that does not say.
export function kindOf(name) {
  const [, ending] = name.toLowerCase().match(/\.([^.]+)$/) ?? [];
  return { csv: "csv", tsv: "csv", jsonl: "jsonl", ndjson: "jsonl", vcf: "vcard", vcard: "vcard" }[ending] ?? null;
}

// Records as texts of whole lines: a cell of CSV may have line ends between its quotes, a vCard has many lines.
function* records(text, kind) {
  let record = "", quotes = 0;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    record += line;
    quotes += line.split('"').length - 1;
    if (kind === "csv" ? quotes % 2 : kind === "vcard" && !/^END:VCARD/i.test(line)) continue;
    yield record;
    [record, quotes] = ["", 0];
  }
  if (record) yield record;
}

// [{text, skipped}]: skipped lines of the file stand before the first one of the piece that is not the header.
export function pieces(text, kind, most = MOST_BYTES) {
  const size = (part) => new TextEncoder().encode(part).length;
  const lines = (part) => part.split("\n").length - 1;
  const made = [];
  let header = "", body = "", bytes = 0, before = 0;
  for (const record of records(text, kind)) {
    if (kind === "csv" && (!header || /^\ufeff?sep=.\r?\n$/i.test(header))) {
      header += record;
      continue;
    }
    const length = size(record);
    if (body && size(header) + bytes + length > most) {
      made.push({ text: header + body, skipped: before });
      before += lines(body);
      [body, bytes] = ["", 0];
    }
    body += record;
    bytes += length;
  }
  if (body || made.length === 0) made.push({ text: header + body, skipped: before });
  return made;
}
