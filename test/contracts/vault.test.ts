import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

import { Secret } from '../../src/core/secret.ts';
import type { TokenPair } from '../../src/core/token-vault.ts';
import { openVault, type Vault } from '../../src/store/vault.ts';
import { tempDatabase } from '../store/temp.ts';
import { onBoth, type Backing } from './backings.ts';

const both = onBoth();

const clock = { ms: 1_700_000_000_000 };
const now = (): number => clock.ms;

/** The same vault as often as it is opened. */
async function vaultOf(t: TestContext, backing: Backing): Promise<() => Promise<Vault>> {
  const file = tempDatabase(t);
  const keyFile = join(dirname(file), 'secret.key');
  const place = backing.engine === 'sqlite' ? file : await backing.place(t).open({ now });
  return async () => {
    const vault = await openVault({ place, keyFile, now });
    t.after(() => vault.close());
    return vault;
  };
}

const pair = (n: number): TokenPair => ({
  access: new Secret(`access-${n}`),
  refresh: new Secret(`refresh-${n}`),
  issuedAt: clock.ms,
  expiresAt: clock.ms + 3_600_000,
  refreshExpiresAt: clock.ms + 86_400_000,
});

const zoom = {
  name: 'mine',
  connector: 'zoom',
  auth: 'user',
  account: 'zoom:mine',
  settings: { plan: 'pro' },
};

both('a connection comes back with its secrets, in another opening of the vault', async (t, backing) => {
  const open = await vaultOf(t, backing);
  await (await open()).put(zoom, { clientId: new Secret('id'), clientSecret: new Secret('shh') }, pair(1));
  const vault = await open();
  const found = await vault.get('mine');
  assert.equal(found?.credentials['clientSecret']?.reveal(), 'shh');
  assert.deepEqual(found?.stored, {
    ...zoom,
    state: 'active',
    createdAt: clock.ms,
    checkedAt: null,
    checkResult: null,
  });
  assert.equal((await vault.load('mine'))?.pair.refresh?.reveal(), 'refresh-1');
  assert.equal(await vault.remove('mine'), true);
  assert.equal(await vault.remove('mine'), false);
  assert.deepEqual(
    [await vault.get('mine'), await vault.load('mine'), await vault.list()],
    [undefined, undefined, []],
  );
});

both(
  'of many who want to renew a token one may, until it is done or its time is over',
  async (t, backing) => {
    const open = await vaultOf(t, backing);
    const [vault, other] = [await open(), await open()];
    await vault.put(zoom, {}, pair(1));
    const version = (await vault.load('mine'))?.version ?? 0;
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        (i % 2 ? vault : other).claim('mine', version, `holder-${i}`, 30_000),
      ),
    );
    assert.equal(claims.filter(Boolean).length, 1);
    assert.equal(await vault.claim('mine', version, 'late', 30_000), false);
    clock.ms += 30_001;
    assert.equal(await vault.claim('mine', version, 'late', 30_000), true, 'a holder that died is succeeded');
    const next = await vault.replace('mine', version, pair(2));
    assert.equal(next, version + 1);
    assert.equal(await vault.replace('mine', version, pair(3)), undefined, 'the old version is over');
    assert.equal((await vault.load('mine'))?.pair.access.reveal(), 'access-2');
  },
);

both('a disabled connection keeps its reason and loses its tokens', async (t, backing) => {
  const vault = await (await vaultOf(t, backing))();
  await vault.put(zoom, {}, pair(1));
  await vault.disable('mine', 'the person removed the app');
  const [listed] = await vault.list();
  assert.deepEqual([listed?.state, listed?.checkResult], ['disabled', 'the person removed the app']);
  assert.equal(await vault.load('mine'), undefined);
});
