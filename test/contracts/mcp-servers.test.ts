import assert from 'node:assert/strict';
import { McpServerTable } from '../../src/store/mcp-servers.ts';
import { onBoth } from './backings.ts';

const both = onBoth();

const server = {
  id: 'notes',
  target: 'https://notes.example.com/mcp',
  facts: 'null',
  auth: '{"kind":"none"}',
  consent: '{}',
  allow_private: '[]',
};

both(
  'an MCP server is kept with its tools as they were approved and as they are shown',
  async (t, backing) => {
    const table = new McpServerTable(await backing.place(t).open());
    await table.put(server);
    await table.see('notes', '{}', [
      { name: 'add', text: '{"v":1}' },
      { name: 'search', text: '{"v":1}' },
    ]);
    const [kept] = await table.list();
    assert.deepEqual([kept?.id, kept?.revision, typeof kept?.looked_at], ['notes', 1, 'number']);
    assert.deepEqual(
      await table.approve('notes', [
        { name: 'search', text: '{"v":1}', effect: 'read' },
        { name: 'add', text: '{"v":0}', effect: null },
      ]),
      ['add'],
      'what is not as it was shown is not approved',
    );
    assert.equal((await table.list())[0]?.revision, 2);
    await table.see('notes', '{}', [{ name: 'search', text: '{"v":2}' }]);
    assert.deepEqual(
      (await table.tools('notes')).map(({ name, approved, seen, effect }) => [name, approved, seen, effect]),
      [['search', '{"v":1}', '{"v":2}', 'read']],
      'one that nobody approved and that is gone is forgotten',
    );
    await table.see('notes', '{}', []);
    assert.deepEqual(await table.approve('notes', [{ name: 'search', text: null, effect: null }]), []);
    assert.deepEqual(await table.tools('notes'), []);
    await table.put({ ...server, target: 'https://notes.example.com/v2' });
    assert.deepEqual(
      (await table.list()).map(({ target, revision }) => [target, revision]),
      [['https://notes.example.com/v2', 4]],
    );
    assert.equal(await table.remove('notes'), true);
    assert.equal(await table.remove('notes'), false);
  },
);
