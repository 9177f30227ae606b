/** What answers do on their way that makes copies lose or double rows: each case by name, against the truth. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { openAccount, type Account, type Extraction, type Row } from './account.ts';
import { textOf } from './text.ts';
import { answer, withJson, type Reply } from './proxy.ts';
import { STREAMS } from './truth.ts';

const PEOPLE = ['users', 'history_meetings', 'report_meetings', 'report_meeting_participants'];

type Case = readonly [
  name: string,
  run: (account: Account) => Promise<void>,
  options?: Partial<SandboxOptions> | undefined,
];

const of = ({ streams }: Extraction, name: string) => {
  const found = streams.find(({ stream }) => stream === name);
  assert.ok(found, name);
  return found;
};

/** A list of many pages: the server gives fewer rows than were asked for, and says nothing. */
function cut(account: Account, size: number): void {
  account.proxy.rules.before = ({ query }) => {
    if (query.has('page_size')) query.set('page_size', String(size));
    return undefined;
  };
}

/** Lets the first calls with this in their path fail by a rule, so many of them. */
function failing(
  account: Account,
  part: string,
  reply: Reply,
  times = Number.POSITIVE_INFINITY,
): () => number {
  let n = 0;
  account.proxy.rules.before = ({ path }) => (path.includes(part) && n < times ? (n++, reply) : undefined);
  return () => n;
}

/** Everything goes well under these faults, and nothing is missing or twice. */
const through = (name: string, rules: Row[], more: Row = {}): Case => [
  name,
  async (account) => {
    cut(account, 3);
    await account.faults({ rules: rules.map((rule) => ({ system: 'zoom', ...rule })), seed: 5, ...more });
    let report = await account.run(STREAMS);
    // What failed more often than it is tried is said, and is read by the run after it.
    for (let n = 0; report.outcome === 'failed' && n < 5; n++) report = await account.run(STREAMS);
    assert.equal(report.outcome, 'done', JSON.stringify(report.error));
    await account.sameAsTruth(STREAMS);
  },
];

/** Some calls fail for good; the run says so, the rest is there, and once it is over the next run completes it. */
const recovers = (name: string, part: string, reply: Reply, said: RegExp): Case => [
  name,
  async (account) => {
    failing(account, part, reply);
    const report = await account.run(PEOPLE);
    assert.equal(report.outcome, 'failed');
    assert.match(report.streams.map(({ error }) => error?.message ?? '').join('\n'), said);
    await account.sameAsTruth(['users']);
    account.proxy.rules.before = () => undefined;
    assert.equal((await account.run(PEOPLE)).outcome, 'done');
    await account.sameAsTruth(PEOPLE);
  },
];

/** A part is refused for good: it is skipped with code and cause, and everything else is there. */
const skipped = (name: string, status: number, body: Row, kind: string, retry: RegExp): Case => [
  name,
  async (account) => {
    const one = (await account.truth('report_meetings')).find(({ type }) => type !== 5 && type !== 9);
    const uuid = String(one?.['uuid']);
    const asked = failing(account, uuid, answer(status, body));
    const report = await account.run(PEOPLE);
    assert.equal(report.outcome, 'done');
    const { skips, slices } = of(report, 'report_meeting_participants');
    assert.equal(slices.skipped, 1);
    const [skip] = skips;
    assert.deepEqual(
      [skip?.kind, skip?.code, skip?.slices, skip?.example],
      [kind, textOf(body['code'] ?? status), 1, uuid],
    );
    assert.match(skip?.retry ?? '', retry);
    assert.ok(skip?.hint);
    const calls = asked();
    await account.run(PEOPLE);
    assert.equal(asked(), calls, 'not asked again at once');
    account.proxy.rules.before = () => undefined;
    await account.later(8 * 24);
    const later = await account.run(PEOPLE);
    assert.equal(later.outcome, 'done');
    if (!/never/.test(skip?.retry ?? '')) await account.sameAsTruth(PEOPLE);
    const there = await account.rows('report_meeting_participants');
    assert.equal(
      there.some((row) => row['meeting_uuid'] === uuid),
      !/never/.test(skip?.retry ?? ''),
    );
  },
];

const CASES: readonly Case[] = [
  [
    'a server that gives smaller pages than it was asked for, and lists by number with many pages',
    async (account) => {
      cut(account, 2);
      assert.equal((await account.run(STREAMS)).outcome, 'done');
      const pages = account.proxy.seen.filter(({ query }) => Number(query['page_number'] ?? 0) > 1);
      assert.ok(pages.length > 1, 'lists by number went on');
      await account.sameAsTruth(STREAMS);
    },
    { webinars: 8 },
  ],
  [
    'rows that were put in between two pages, so that some come twice',
    async (account) => {
      cut(account, 4);
      await account.faults({ repeatedRows: 2 });
      assert.equal((await account.run(STREAMS)).outcome, 'done');
      await account.sameAsTruth(STREAMS);
    },
  ],
  [
    'page tokens that expire in the middle of lists',
    async (account) => {
      cut(account, 3);
      await account.faults({
        rules: [{ system: 'zoom', kind: 'expired-token', probability: 0.2, times: 25 }],
      });
      assert.equal((await account.run(STREAMS)).outcome, 'done');
      await account.sameAsTruth(STREAMS);
    },
  ],
  [
    'page tokens that are dead on arrival: the run says which list it cannot read, and the next one reads it',
    async (account) => {
      cut(account, 3);
      await account.faults({ pageTokenMs: 0 });
      const report = await account.run(PEOPLE);
      assert.equal(report.outcome, 'failed');
      assert.match(of(report, 'history_meetings').error?.message ?? '', /page token/i);
      await account.faults({ pageTokenMs: 900_000 });
      assert.equal((await account.run(PEOPLE)).outcome, 'done');
      await account.sameAsTruth(PEOPLE);
    },
  ],
  [
    'a run that stopped for longer than page tokens live begins those lists again',
    async (account) => {
      const stop = new AbortController();
      let calls = 0;
      account.proxy.rules.before = ({ path, query }) => {
        if (query.has('page_size')) query.set('page_size', '2');
        if (path.endsWith('/participants') && ++calls === 9) stop.abort();
        return undefined;
      };
      assert.equal((await account.run(PEOPLE, { signal: stop.signal })).outcome, 'stopped');
      await account.later(1);
      let lost = 0;
      account.proxy.rules.after = (_, reply) => {
        if (reply.status === 400 && /page token/.test(reply.text)) lost++;
        return undefined;
      };
      const report = await account.run(PEOPLE);
      assert.deepEqual([report.outcome, report.resumed, lost], ['done', true, 0]);
      await account.sameAsTruth(PEOPLE);
    },
  ],
  [
    'a page without rows that says there are more',
    async (account) => {
      account.proxy.rules.before = ({ path, query }) => {
        if (query.get('next_page_token') === 'further') query.delete('next_page_token');
        else if (path.endsWith('/participants') && !query.has('next_page_token')) {
          return answer(200, { page_size: 300, participants: [], next_page_token: 'further' });
        }
        return undefined;
      };
      assert.equal((await account.run(PEOPLE)).outcome, 'done');
      await account.sameAsTruth(PEOPLE);
    },
  ],
  [
    'a page token that comes again and again: the run ends, and does not call a list whole that is not',
    async (account) => {
      cut(account, 2);
      account.proxy.rules.after = ({ path, query }, reply) =>
        path === '/users' && query.has('next_page_token')
          ? withJson(reply, (body) => (body['next_page_token'] = query.get('next_page_token')))
          : undefined;
      const report = await account.run(['users']);
      assert.equal(report.outcome, 'failed');
      assert.match(of(report, 'users').error?.message ?? '', /leads back to a page/);
      account.proxy.rules.after = () => undefined;
      assert.equal((await account.run(['users'])).outcome, 'done');
      await account.sameAsTruth(['users']);
    },
    { users: 9 },
  ],
  recovers(
    'an answer without its list',
    '/participants',
    answer(200, { page_size: 300 }),
    /has no list 'participants'/,
  ),
  recovers(
    'a page that is HTML, with HTTP 200',
    '/participants',
    { status: 200, type: 'text/html', text: '<html><title>Maintenance</title></html>' },
    /HTML|JSON/,
  ),
  recovers(
    'half of a JSON document, with HTTP 200',
    '/participants',
    { status: 200, type: 'application/json', text: '{"participants":[{"user_id":"1"' },
    /JSON/,
  ),
  recovers(
    'an answer without a body',
    '/participants',
    { status: 200, type: 'application/json', text: '' },
    /./,
  ),
  recovers(
    'a list that is an object',
    '/participants',
    answer(200, { participants: { user_id: '1' } }),
    /has no list/,
  ),
  through('connections that end, errors of the server and half answers, all at once', [
    { kind: '500-before', probability: 0.05 },
    { kind: '500-after', probability: 0.05 },
    { kind: 'html-502', probability: 0.05 },
    { kind: 'reset-before', probability: 0.03 },
    { kind: 'reset-after', probability: 0.03 },
    { kind: 'truncate', probability: 0.03 },
    { kind: 'malformed', probability: 0.03 },
  ]),
  through('a server that says for a while that it is too much', [{ kind: '429', probability: 0.3 }]),
  [
    'errors on HTTP 200 are errors, and make no rows',
    async (account) => {
      const streams = ['history_meetings', 'webinar_absentees'];
      await account.faults({ http200Errors: true });
      const report = await account.run(streams);
      const { rows, skips } = of(report, 'webinar_absentees');
      assert.deepEqual([rows, skips.length, skips[0]?.code, skips[0]?.kind], [0, 1, '200', 'plan']);
      await account.faults({ http200Errors: false });
      await account.later(25);
      assert.equal((await account.run(streams)).outcome, 'done');
      await account.sameAsTruth(streams);
    },
  ],
  through('answers that stop in the middle', [
    { kind: 'stall', probability: 1, times: 2, ms: 300, operation: 'GET /users' },
  ]),
  [
    'a firewall that answers HTML for one UUID, for ever',
    async (account) => {
      const uuid = String((await account.truth('report_meeting_participants'))[0]?.['uuid']);
      const rules = [{ system: 'zoom', kind: 'html-403', probability: 1, path: uuid }];
      await account.faults({ rules });
      const report = await account.run(PEOPLE);
      assert.equal(report.outcome, 'done');
      assert.deepEqual(
        of(report, 'report_meeting_participants').skips.map(({ slices, example, retry }) => [
          slices,
          example,
          retry,
        ]),
        [[1, uuid, 'after a week']],
      );
      const mine = (await account.rows('report_meeting_participants')).length;
      const all = await account.truth('report_meeting_participants');
      assert.equal(mine, all.filter((row) => row['uuid'] !== uuid).length);
      await account.faults({ rules: [] });
      await account.later(8 * 24);
      assert.equal((await account.run(PEOPLE)).outcome, 'done');
      await account.sameAsTruth(PEOPLE);
    },
  ],
  skipped(
    '3001: a meeting that was deleted since it was listed',
    404,
    { code: 3001, message: 'Meeting does not exist.' },
    'not-found',
    /never/,
  ),
  skipped(
    '12702: a meeting of more than a year ago',
    400,
    { code: 12702, message: 'Can not access a meeting a year ago.' },
    'not-found',
    /never/,
  ),
  skipped(
    '3161: a host who may not hold meetings',
    400,
    {
      code: 3161,
      message: 'Meeting hosting and scheduling capabilities are not allowed for your user account.',
    },
    'plan',
    /after a day/,
  ),
  skipped(
    '200: a plan that does not include it',
    400,
    { code: 200, message: 'Only available for Paid or ZMP account.' },
    'plan',
    /after a day/,
  ),
  skipped('a 404 whose text says nothing', 404, { message: 'Not found.' }, 'not-found', /./),
  ...[4711, 4700, 104].map((code): Case => [
    `${code}: a scope that is missing makes the run fail, and everything else is read`,
    async (account) => {
      const body = { code, message: 'Invalid access token, does not contain scopes:[report:read:x:admin].' };
      const asked = failing(account, '/report/meetings/', answer(400, body));
      await account.faults({
        missingScopes: ['meeting:read:list_past_participants', 'meeting:read:list_past_participants:admin'],
      });
      const report = await account.run(PEOPLE);
      assert.equal(report.outcome, 'failed');
      const { state, error } = of(report, 'report_meeting_participants');
      assert.deepEqual([state, error?.kind], ['failed', 'scope']);
      assert.match(error?.hint ?? '', /report:read:x:admin/);
      // Those that were under way together, and not one for each meeting.
      assert.ok(asked() <= 6, `${asked()} calls`);
      await account.sameAsTruth(PEOPLE.slice(0, 3));
      account.proxy.rules.before = () => undefined;
      assert.equal((await account.run(PEOPLE)).outcome, 'done');
      await account.sameAsTruth(PEOPLE);
    },
  ]),
  [
    'all access tokens are revoked in the middle: new ones are taken, and nobody notices',
    async (account) => {
      let calls = 0;
      account.proxy.rules.before = ({ path }) => {
        if (path.endsWith('/participants') && ++calls === 3) void account.faults({ revokeTokens: true });
        return undefined;
      };
      assert.equal((await account.run(PEOPLE)).outcome, 'done');
      await account.sameAsTruth(PEOPLE);
    },
  ],
  [
    'an app that is switched off in the middle ends the run at once, and the next one goes on',
    async (account) => {
      let calls = 0;
      account.proxy.rules.before = ({ path }) =>
        path.endsWith('/participants') && ++calls > 4
          ? answer(401, { code: 124, message: 'Invalid access token.' })
          : undefined;
      const report = await account.run(PEOPLE);
      assert.deepEqual([report.outcome, report.error?.kind], ['failed', 'auth']);
      assert.ok(calls < 30, `${calls} calls`);
      account.proxy.rules.before = () => undefined;
      const again = await account.run(PEOPLE);
      assert.deepEqual([again.outcome, again.resumed], ['done', true]);
      assert.equal(
        again.asked['GET /report/history_meetings'],
        undefined,
        'what was listed is not listed again',
      );
      await account.sameAsTruth(PEOPLE);
    },
  ],
];

describe('what the wire does', { concurrency: 2 }, () => {
  for (const [name, run, options] of CASES) {
    test(name, async () => {
      await using account = await openAccount({ seed: 7, ...options });
      await run(account);
    });
  }
});
