// One client, calling: `node calling.mjs PROGRAM URL`. For each line, a number, it calls so often,
// and prints the microseconds of a call: of CPU, and by the clock.

import { createInterface } from "node:readline";

const [program, url] = process.argv.slice(2);
const { made } = await import(program);
const call = made(url);

for await (const line of createInterface({ input: process.stdin })) {
  const count = Number(line);
  const before = process.cpuUsage();
  const began = process.hrtime.bigint();
  for (let done = 0; done < count; done++) await call();
  const elapsed = Number(process.hrtime.bigint() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / count, elapsed / count);
}
process.exit(0);
