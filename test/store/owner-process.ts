// Opens a database and holds it until it is killed; prints `open`, or `refused` when it belongs to another process.
import { openSqlite } from '../../src/store/store.ts';

const [path = ''] = process.argv.slice(2);
try {
  await openSqlite({ path, now: Date.now });
  process.stdout.write('open\n');
  setInterval(() => undefined, 1000);
} catch {
  process.stdout.write('refused\n');
}
