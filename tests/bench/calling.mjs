// One client, calling: `node calling.mjs PROGRAM URL COUNT` prints CPU microseconds for each call.

const [program, url, count] = process.argv.slice(2);
const ROUNDS = 5;

const { made } = await import(program);
const call = made(url);
for (let warming = 0; warming < count; warming++) await call();
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  const before = process.cpuUsage();
  for (let done = 0; done < count / ROUNDS; done++) await call();
  const { user, system } = process.cpuUsage(before);
  rounds.push((user + system) / (count / ROUNDS));
}
console.log(Math.min(...rounds));
process.exit(0);
