// Opens a database, says so, and holds it until it is killed.
import { openSqlite } from '../../src/store/store.ts';

const [path = ''] = process.argv.slice(2);
await openSqlite({ path, now: Date.now });
process.stdout.write('open\n');
setInterval(() => undefined, 1000);
