import assert from 'node:assert/strict';
import { ConnectorTable } from '../../src/store/connectors.ts';
import { onBoth } from './backings.ts';

const onEach = onBoth();
const version = { id: 'acme', base: { a: 1 }, overlay: {}, kind: 'import', note: 'first' } as const;
const source = { kind: 'file', name: 'acme.yaml', hash: 'x', bytes: 10 } as const;

onEach(
  'versions are numbered, kept with what they are made of, and a lost race is told',
  async (t, backing) => {
    const table = new ConnectorTable(await backing.place(t).open());
    assert.equal(await table.save({ ...version, source, after: 0 }), 1);
    assert.equal(
      await table.save({ ...version, overlay: { b: 2 }, kind: 'edit', note: 'second', after: 1 }),
      2,
    );
    await assert.rejects(table.save({ ...version, after: 0 }), { code: 'changed' });
    await assert.rejects(table.save({ ...version, after: 1 }), { code: 'changed' });
    assert.deepEqual(await table.content('acme', 1), { version: 1, base: { a: 1 }, overlay: {} });
    assert.deepEqual(await table.content('acme', 2), { version: 2, base: { a: 1 }, overlay: { b: 2 } });
    assert.deepEqual(
      (await table.versions('acme')).map(({ version: n, note }) => [n, note]),
      [
        [2, 'second'],
        [1, 'first'],
      ],
    );
    const [row] = await table.list();
    assert.deepEqual([row?.version, row?.published, row?.source], [2, undefined, source]);
  },
);

onEach('of two who save the same next version at once, one does', async (t, backing) => {
  const store = await backing.place(t).open();
  const table = new ConnectorTable(store);
  await table.save({ ...version, source, after: 0 });
  const ended = await Promise.allSettled(
    [1, 2, 3].map((n) => table.save({ ...version, overlay: { n }, after: 1 })),
  );
  assert.equal(ended.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal((await table.get('acme'))?.version, 2);
});

onEach(
  'old versions go, the published one stays, and bases that nobody needs go with them',
  async (t, backing) => {
    const store = await backing.place(t).open();
    const table = new ConnectorTable(store);
    await table.save({ ...version, source, after: 0 });
    await table.publish('acme', 1);
    for (let n = 1; n < 104; n++)
      await table.save({ ...version, base: { n: n % 2 === 0 ? n : 1 }, after: n });
    const kept = (await table.versions('acme')).map((one) => one.version);
    assert.deepEqual([kept.length, kept[0], kept.at(-2), kept.at(-1)], [101, 104, 5, 1]);
    assert.deepEqual((await table.content('acme', 1))?.base, { a: 1 });
    const [count] = await store.sql<{ n: number }>('SELECT count(*) AS n FROM connector_bases');
    assert.equal(count?.n, 52);
  },
);

onEach('how a test ended is kept for each action, and erased with the connector', async (t, backing) => {
  const table = new ConnectorTable(await backing.place(t).open());
  await table.save({ ...version, source, after: 0 });
  const ended = {
    action: 'a.b',
    state: 'failed',
    fingerprint: 'f',
    message: 'no',
    against: 'vendor',
    ms: 4.6,
    answer: undefined,
    drift: [],
  } as const;
  await table.noteTest('acme', { ...ended, drift: [{ at: '/x' }] });
  await table.noteTest('acme', { ...ended, state: 'ok', message: '', answer: { type: 'object' }, drift: [] });
  const [row] = await table.tests('acme');
  assert.deepEqual([row?.state, row?.ms, row?.answer, row?.drift], ['ok', 5, { type: 'object' }, []]);
  await table.noteTest('acme', { ...ended, answer: 'x'.repeat(300_000), drift: [] });
  assert.equal((await table.tests('acme'))[0]?.answer, undefined, 'a schema that is too large is not kept');
  assert.equal(await table.remove('acme'), true);
  assert.equal(await table.remove('acme'), false);
  assert.deepEqual([await table.list(), await table.tests('acme')], [[], []]);
});
