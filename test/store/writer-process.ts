// Writes numbers and prints each one once it is durable, until it is killed. Arguments: database, first number.
import { openSqlite } from '../../src/store/store.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const store = await openSqlite({ path, now: Date.now });

async function write(start: number, step: number): Promise<never> {
  for (let n = start; ; n += step) {
    await store.tx(async (sql) => {
      await sql(`INSERT INTO budget_days (key, day, used) VALUES ($1, 'left', $2)`, [String(n), n]);
      await sql(`INSERT INTO budget_days (key, day, used) VALUES ($1, 'right', $2)`, [String(n), n]);
    });
    process.stdout.write(`${n}\n`);
  }
}

process.stdout.write('open\n');
const writers = 8;
// Between them, statements that are not flushed to the disk: those after them are nevertheless.
const hasty = async (): Promise<never> => {
  for (let n = 0; ; n++) {
    await store.quick(`INSERT INTO budget_days (key, day, used) VALUES ($1, 'quick', $2)`, [
      `${first} ${n}`,
      n,
    ]);
    process.stdout.write(`quick ${first} ${n}\n`);
  }
};
await Promise.all([hasty(), ...Array.from({ length: writers }, (_, i) => write(Number(first) + i, writers))]);
