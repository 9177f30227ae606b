// Makes calls with the stored connection `ada`, each with a token of its own; prints how many failed.
import { Session } from '../../src/http/session.ts';
import { createBudgetLedger } from '../../src/store/budget-ledger.ts';
import { openSqlite } from '../../src/store/store.ts';
import { findAction } from '../../src/core/connector.ts';
import { appFor } from './consented.ts';

const [dataDir = '', url = '', count = '0', action = 'users.me'] = process.argv.slice(2);
await using app = appFor(dataDir, { url });
const { connector, connection } = await app.link('ada');
await using memory = await openSqlite({ path: ':memory:', now: Date.now });
const tokens = await app.stored.vault();
const budgets = createBudgetLedger(memory);
const deps = { ...app.world, log: app.log, budgets, tokens, userAgent: 'test' };
const me = findAction(connector, action);
let failed = 0;
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
process.stdin.unref();
for (let i = 0; i < Number(count); i++) {
  try {
    await new Session(connector, connection, deps).call(me as never, {} as never);
  } catch (error) {
    failed++;
    process.stderr.write(`${String(error)}\n`);
  }
}
process.stdout.write(`failed ${failed}\n`);
process.stdin.destroy();
