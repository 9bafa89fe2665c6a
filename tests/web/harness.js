// Tests of the dashboard: each prints "ok NAME" or "not ok NAME", the reason below it.
let failed = 0;

export function assert(truth, message) {
  if (!truth) throw new Error(message);
}

export async function test(name, work) {
  const only = process.env.ONLY;
  if (only && !name.includes(only)) return;
  try {
    await work();
    console.log(`ok web: ${name}`);
  } catch (trouble) {
    failed++;
    console.log(`not ok web: ${name}`);
    console.log(String(trouble.stack ?? trouble).replace(/^/gm, "    "));
  }
}

export const end = () => process.exit(failed ? 1 : 0);
