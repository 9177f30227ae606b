/** The official client against the command line, over both transports. Nothing of ours is imported. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, StreamableHTTPClientTransport, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { MAIN, openStage, stay, type Program, type Stage } from './programs.ts';

const TOKEN = 'a-token-of-the-mcp-tests';
let stage: Stage;
let server: Program;
before(async () => {
  stage = await openStage();
  const env = {
    ...stage.env,
    TRUNKLINE_DATA_DIR: `${stage.dir}/served`,
    TRUNKLINE_ADMIN_TOKEN: TOKEN,
    PORT: '0',
  };
  server = await stay(stage.dir, env, 'serve', '--json');
});
after(async () => {
  await server.stop();
  await stage[Symbol.asyncDispose]();
});

type Args = Record<string, unknown>;
interface Face {
  client: Client;
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the test knows what it asked for
  ask: <T = Args>(name: string, args?: Args) => Promise<T>;
  refused: (name: string, args?: Args) => Promise<{ text: string; error: Args }>;
}

async function connected(
  open: () => StdioClientTransport | StreamableHTTPClientTransport,
  options: ClientOptions,
  work: (face: Face) => Promise<void>,
): Promise<void> {
  const client = new Client({ name: 'a-real-client', version: '1.0.0' }, options);
  await client.connect(open());
  const call = async (name: string, args: Args = {}) => {
    const result = await client.callTool({ name, arguments: args });
    const [first] = result.content as { type: string; text: string }[];
    return { ...result, text: first?.text ?? '' };
  };
  try {
    await work({
      client,
      ask: async (name, args) => {
        const { text, isError, structuredContent } = await call(name, args);
        assert.equal(isError ?? false, false, text);
        assert.deepEqual(JSON.parse(text), structuredContent, 'text and data say the same');
        return structuredContent as never;
      },
      refused: async (name, args) => {
        const { text, isError, structuredContent } = await call(name, args);
        assert.equal(isError, true, `${name} was not refused: ${text}`);
        return { text, error: (structuredContent as { error: Args }).error };
      },
    });
  } finally {
    await client.close();
  }
}

const overStdio =
  (...flags: string[]) =>
  () =>
    new StdioClientTransport({
      command: process.execPath,
      args: [MAIN, 'mcp', ...flags],
      cwd: stage.dir,
      env: stage.env,
      stderr: 'inherit',
    });
const overHttp = () =>
  new StreamableHTTPClientTransport(new URL(`${String(server.line['url'])}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
  });

interface Found {
  meetings: { id: string; kind: string; topic: string; number: string }[];
  total: number;
  next_cursor?: string;
}
interface TruthRow {
  kind: string;
  instance: string;
  instance_start: string;
  email: string | null;
  status: string;
  seconds: number;
  visible: boolean;
}

/** Five questions and what comes of them, compared with what really happened. */
async function asksFive({ client, ask, refused }: Face): Promise<void> {
  const { tools } = await client.listTools();
  assert.ok(tools.length >= 10);
  for (const tool of tools) {
    assert.match(tool.name, /^[a-z_]{1,64}$/);
    assert.ok(tool.title && tool.description && tool.outputSchema, tool.name);
    assert.equal(tool.annotations?.readOnlyHint, true, `${tool.name} is there unasked, so it only reads`);
    assert.equal(
      ['oneOf', 'anyOf', 'allOf'].some((key) => key in tool.inputSchema),
      false,
      tool.name,
    );
  }
  const truth = (await stage.truth<TruthRow>('attendance')).filter(({ visible }) => visible);
  const range = { since: '2020-01-01' };
  // 1: found by pages, each once.
  const ids: string[] = [];
  let page = await ask<Found>('find_meetings', { ...range, limit: 5 });
  for (;;) {
    ids.push(...page.meetings.map(({ id }) => id));
    if (page.next_cursor === undefined) break;
    page = await ask<Found>('find_meetings', { ...range, limit: 5, cursor: page.next_cursor });
  }
  assert.equal(ids.length, page.total);
  const held = await stage.truth<TruthRow>('meetings');
  assert.deepEqual(ids.toSorted(), held.map(({ instance }) => instance).toSorted());
  // 2 and 3: who came, who did not.
  const webinar = (await ask<Found>('find_meetings', { ...range, kind: 'webinar' })).meetings[0];
  assert.ok(webinar);
  const came = await ask<{ people: { email?: string }[]; summary: { attended: number } }>(
    'meeting_attendance',
    { meeting: webinar.id },
  );
  const there = truth.filter(({ instance, status }) => instance === webinar.id && status === 'attended');
  assert.equal(came.summary.attended, there.length);
  const missed = await ask<{ people: { email: string; status: string }[] }>('meeting_no_shows', {
    meeting: webinar.id,
  });
  const away = truth.filter(({ instance, status }) => instance === webinar.id && status === 'absent');
  assert.deepEqual(
    new Set(missed.people.filter(({ status }) => status === 'absent').map(({ email }) => email)),
    new Set(away.map(({ email }) => email)),
  );
  // 4: health. 5: any operation.
  assert.deepEqual((await ask<{ troubles: string[] }>('sync_health')).troubles, []);
  const users = await ask<{ result: { users: unknown[] } }>('run_read_action', {
    connection: 'zoom',
    action: 'users.list',
  });
  assert.equal(users.result.users.length, (await stage.truth('users')).length);
  // An error says what to do.
  const { text, error } = await refused('meeting_attendance', { meeting: '123456789' });
  assert.match(text, /has no meeting or webinar 123456789 that was held\n.*find_meetings/);
  assert.equal(error['kind'], 'not-found');
  const wrong = await refused('find_meetings', { since: 'last tuesday', colour: 'red' });
  assert.match(wrong.text, /colour: is not known here\nIt takes: since, until/);
}

/** Resources tell of streams, prompts of what to do. */
async function readsAlong(client: Client): Promise<void> {
  const first = await client.listResources();
  const uri = 'trunkline://streams/zoom/meetings';
  assert.ok(first.resources.length >= 50);
  const { contents } = await client.readResource({ uri });
  assert.match((contents[0] as { text: string }).text, /"columns"/);
  await assert.rejects(client.readResource({ uri: 'trunkline://streams/zoom/nothing' }), /not found/i);
  assert.deepEqual(
    (await client.listPrompts()).prompts.map(({ name }) => name),
    ['webinar_follow_up', 'meeting_minutes', 'sync_check'],
  );
  const { messages } = await client.getPrompt({
    name: 'webinar_follow_up',
    arguments: { topic: 'Launch' },
  });
  assert.match((messages[0]?.content as { text: string } | undefined)?.text ?? '', /about "Launch"/);
}

const DESTROY = { connection: 'brevo', action: 'contacts.remove', input: { email: 'nobody@example.com' } };

describe('over stdio', () => {
  test('a client lists tools, asks five questions, pages, and is told what is wrong', () =>
    connected(overStdio(), {}, async (face) => {
      await asksFive(face);
      await readsAlong(face.client);
    }));

  test('a client that cannot ask the person is refused; one that can asks, and his answer counts', async () => {
    const flags = ['--allow', 'write', '--allow-destroy', 'brevo.contacts.remove'];
    await connected(overStdio(...flags), {}, async ({ refused }) => {
      assert.match(
        (await refused('run_destroy_action', DESTROY)).text,
        /cannot ask the person to confirm it; nothing was done/,
      );
      const unnamed = { connection: 'zoom', action: 'users.remove', input: { userId: 'x' } };
      assert.match((await refused('run_write_action', DESTROY)).text, /is a destroy action/);
      assert.match((await refused('run_write_action', unnamed)).text, /is a destroy action/);
      const raw = {
        connection: 'zoom',
        action: 'raw.request',
        input: { method: 'DELETE', url: '/users/x' },
      };
      assert.match((await refused('run_write_action', raw)).text, /not allowed here/);
    });
    for (const mode of ['legacy', 'auto'] as const) {
      const options: ClientOptions = { capabilities: { elicitation: {} }, versionNegotiation: { mode } };
      await connected(overStdio(...flags), options, async ({ client, refused }) => {
        const questions: string[] = [];
        let yes = false;
        client.setRequestHandler('elicitation/create', ({ params }) => {
          questions.push(params.message);
          return yes ? { action: 'accept', content: { confirm: true } } : { action: 'decline' };
        });
        assert.match(
          (await refused('run_destroy_action', DESTROY)).text,
          /did not confirm it; nothing was done/,
        );
        yes = true;
        // Confirmed, it reaches Brevo, which knows nobody of that address.
        assert.equal((await refused('run_destroy_action', DESTROY)).error['kind'], 'not-found');
        assert.equal(questions.length, 2);
        assert.match(
          questions[0] ?? '',
          /brevo contacts\.remove with .*nobody@example\.com.* cannot be undone/,
        );
      });
    }
  });
});

describe('over HTTP', () => {
  for (const mode of ['legacy', 'auto'] as const) {
    test(`a client of ${mode === 'legacy' ? 'the last' : 'this'} year does the same`, () =>
      connected(overHttp, { versionNegotiation: { mode } }, asksFive));
  }

  test('nobody gets in without a token, with a wrong one, or from a foreign page', async () => {
    const url = `${String(server.line['url'])}/mcp`;
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
    const send = (headers: Record<string, string>) =>
      fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
      });
    const bare = await send({});
    assert.equal(bare.status, 401);
    assert.match(bare.headers.get('www-authenticate') ?? '', /^Bearer /);
    assert.equal((await send({ authorization: 'Bearer wrong' })).status, 401);
    assert.equal(
      (await send({ authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' })).status,
      403,
    );
  });
});
