import { one, type Case } from './case.ts';

const COLOURS = ['blue', 'black', 'brown'];
const OBJECT = { R: 100, G: 200, B: 150 };

type How = Parameters<typeof one>[2];
const head = (how: How, value: unknown, expected: string | null, name = 'X-Color') =>
  one('header', name, how, value, { line: 'GET /x', headers: { [name.toLowerCase()]: expected } });
const cookie = (how: How, value: unknown, expected: string | null, name = 'color') =>
  one('cookie', name, how, value, { line: 'GET /x', headers: { cookie: expected } });

/** Expected: "Style Examples", "Fixed Fields for use with schema" and appendix D of OpenAPI 3.2. */
export const cases: Case[] = [
  head({}, 'blue', 'blue'),
  head({}, COLOURS, 'blue,black,brown'),
  head({ explode: true }, COLOURS, 'blue,black,brown'),
  head({}, OBJECT, 'R,100,G,200,B,150'),
  head({ explode: true }, OBJECT, 'R=100,G=200,B=150'),
  head(
    { schema: { type: 'array', items: { type: 'integer', format: 'int64' } } },
    [12345678, 90099],
    '12345678,90099',
    'X-Token',
  ),
  head({}, 5, '5'),
  head({}, true, 'true'),
  head({}, null, null),
  head({}, [], null),
  head({}, undefined, null),
  // Percent-encoding must not be applied here.
  head({}, 'W/"a b%20c", <x>; y=1', 'W/"a b%20c", <x>; y=1'),
  // In UTF-8 (RFC 9110, 5.5 leaves it open; it is what everybody reads today).
  head({}, 'Zürich', Buffer.from('Zürich').toString('latin1')),
  head({ content: 'application/json' }, { a: [1, 'b'] }, '{"a":[1,"b"]}'),
  head({ content: 'text/plain' }, 'a,b', 'a,b'),
  head({ value: '2026-01-01' }, undefined, '2026-01-01', 'X-Version'),
  cookie({}, 'blue', 'color=blue'),
  cookie({}, 'Hello, world!', 'greeting=Hello%2C%20world%21', 'greeting'),
  cookie({}, 'a;b=c "d"', 'color=a%3Bb%3Dc%20%22d%22'),
  cookie({}, '', 'color='),
  cookie({}, null, null),
  cookie({}, [], null),
  cookie({ explode: false }, COLOURS, 'color=blue,black,brown'),
  cookie({}, COLOURS, 'color=blue; color=black; color=brown'),
  cookie({}, OBJECT, 'R=100; G=200; B=150'),
  cookie({ explode: false }, OBJECT, 'color=R,100,G,200,B,150'),
  cookie({ style: 'cookie' }, 'blue', 'color=blue'),
  cookie({ style: 'cookie' }, COLOURS, 'color=blue; color=black; color=brown'),
  cookie(
    { style: 'cookie' },
    { greeting: 'Hello%2C%20world!', code: 42 },
    'greeting=Hello%2C%20world!; code=42',
    'cookie',
  ),
  cookie({ allowReserved: true }, 'a/b?c=d', 'color=a/b?c=d'),
  cookie({ allowReserved: true }, 'a,b;c', 'color=a%2Cb%3Bc'),
  cookie({ content: 'application/json' }, { a: 1 }, 'color=%7B%22a%22%3A1%7D'),
  {
    name: 'several cookies in one header',
    operation: {
      parameters: [
        { name: 'a', in: 'cookie' },
        { name: 'b', in: 'cookie' },
        { name: 'c', in: 'cookie' },
      ],
    },
    input: { a: '1', c: '3' },
    headers: { cookie: 'a=1; c=3' },
  },
  {
    name: 'accept as the operation asks for it',
    operation: { accept: 'application/vnd.acme.v2+json' },
    headers: { accept: 'application/vnd.acme.v2+json', 'content-type': null },
  },
  { name: 'accept for text', operation: { answer: 'text' }, headers: { accept: 'text/plain, */*' } },
  { name: 'accept for JSON alone', operation: { answer: 'json' }, headers: { accept: 'application/json' } },
  {
    name: 'headers that the client sets are no inputs, even when a document requires them',
    operation: {
      parameters: [
        { name: 'Host', in: 'header', required: true },
        { name: 'Content-Length', in: 'header', required: true },
      ],
    },
    line: 'GET /x',
  },
];
