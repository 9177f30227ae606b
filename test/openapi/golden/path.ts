import { one, type Case } from './case.ts';

const LIST = ['red', 'green', 'blue'];
// The keys of RFC 6570, 3.2.
const KEYS = { semi: ';', dot: '.', comma: ',' };
const COLOURS = ['blue', 'black', 'brown'];
const OBJECT = { R: 100, G: 200, B: 150 };
const RESERVED = `:/?#[]@!$&'()*+,;=`;

type How = Parameters<typeof one>[2];
const at = (how: How, value: unknown, expected: string, name = 'var') =>
  one('path', name, how, value, { line: `GET /x/${expected}` });

/** Simple, label and matrix. Expected: RFC 6570, 3.2.2, 3.2.5 and 3.2.7, and the table "Style Examples" of OpenAPI 3.2. */
export const cases: Case[] = [
  // RFC 6570, 3.2.2
  at({}, 'value', 'value'),
  at({}, 'Hello World!', 'Hello%20World%21'),
  at({}, '50%', '50%25'),
  at({}, 1024, '1024'),
  at({}, true, 'true'),
  at({}, LIST, 'red,green,blue'),
  at({ explode: true }, LIST, 'red,green,blue'),
  at({}, KEYS, 'semi,%3B,dot,.,comma,%2C'),
  at({ explode: true }, KEYS, 'semi=%3B,dot=.,comma=%2C'),
  // OpenAPI, "Style Examples"
  at({ style: 'simple' }, 'blue', 'blue', 'color'),
  at({ style: 'simple' }, COLOURS, 'blue,black,brown', 'color'),
  at({ style: 'simple', explode: true }, COLOURS, 'blue,black,brown', 'color'),
  at({ style: 'simple' }, OBJECT, 'R,100,G,200,B,150', 'color'),
  at({ style: 'simple', explode: true }, OBJECT, 'R=100,G=200,B=150', 'color'),
  at({ style: 'label' }, 'blue', '.blue', 'color'),
  at({ style: 'label' }, COLOURS, '.blue,black,brown', 'color'),
  at({ style: 'label', explode: true }, COLOURS, '.blue.black.brown', 'color'),
  at({ style: 'label' }, OBJECT, '.R,100,G,200,B,150', 'color'),
  at({ style: 'label', explode: true }, OBJECT, '.R=100.G=200.B=150', 'color'),
  at({ style: 'matrix' }, 'blue', ';color=blue', 'color'),
  at({ style: 'matrix' }, COLOURS, ';color=blue,black,brown', 'color'),
  at({ style: 'matrix', explode: true }, COLOURS, ';color=blue;color=black;color=brown', 'color'),
  at({ style: 'matrix' }, OBJECT, ';color=R,100,G,200,B,150', 'color'),
  at({ style: 'matrix', explode: true }, OBJECT, ';R=100;G=200;B=150', 'color'),
  // RFC 6570, 3.2.5
  at({ style: 'label' }, 'fred', '.fred', 'who'),
  at({ style: 'label' }, '50%', '.50%25', 'half'),
  at({ style: 'label' }, KEYS, '.semi,%3B,dot,.,comma,%2C', 'keys'),
  at({ style: 'label', explode: true }, KEYS, '.semi=%3B.dot=..comma=%2C', 'keys'),
  // RFC 6570, 3.2.7
  at({ style: 'matrix' }, '50%', ';half=50%25', 'half'),
  at({ style: 'matrix' }, '', ';empty', 'empty'),
  at({ style: 'matrix' }, LIST, ';list=red,green,blue', 'list'),
  at({ style: 'matrix', explode: true }, LIST, ';list=red;list=green;list=blue', 'list'),
  at({ style: 'matrix' }, KEYS, ';keys=semi,%3B,dot,.,comma,%2C', 'keys'),
  at({ style: 'matrix', explode: true }, KEYS, ';semi=%3B;dot=.;comma=%2C', 'keys'),
  // Nothing of a value is syntax (RFC 3986, 2.2 and 2.3).
  at({}, RESERVED, '%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D'),
  at({}, 'AZaz09-._~', 'AZaz09-._~'),
  at({}, '"<>\\^`{|}', '%22%3C%3E%5C%5E%60%7B%7C%7D'),
  at({}, 'a/../b', 'a%2F..%2Fb'),
  at({}, '...', '...'),
  // OpenAPI, "Parameter Object Examples"
  at({}, 'diṅnāga', 'di%E1%B9%85n%C4%81ga', 'username'),
  at({}, 'الخوارزميّ', '%D8%A7%D9%84%D8%AE%D9%88%D8%A7%D8%B1%D8%B2%D9%85%D9%8A%D9%91', 'username'),
  at({}, '🦊', '%F0%9F%A6%8A'),
  // A lone surrogate is no character: U+FFFD stands for it (WHATWG Encoding, "scalar value string").
  at({}, '\ud800', '%EF%BF%BD'),
  at({ schema: { type: 'integer', format: 'int64' } }, '9007199254740993', '9007199254740993'),
  at({ schema: { type: 'integer' } }, 9007199254740993n, '9007199254740993'),
  at({ schema: { type: 'integer' } }, -7, '-7'),
  // Undefined members are left out (RFC 6570, 2.3).
  at({}, ['a', null, 'b'], 'a,b'),
  at({ style: 'matrix', explode: true }, { a: 1, b: null }, ';a=1'),
  // Reserved expansion (RFC 6570, 3.2.3), but for `/`, `?` and `#` (OpenAPI, "Path Templating").
  at({ allowReserved: true }, 'Hello World!', 'Hello%20World!'),
  at({ allowReserved: true }, RESERVED, `:%2F%3F%23%5B%5D@!$&'()*+,;=`),
  at({ allowReserved: true }, '50% of %2C', '50%25%20of%20%2C'),
  // Parameters with `content` are documents of a media type, percent-encoded (OpenAPI, appendix E).
  at({ content: 'application/json' }, { lat: 1.5, ok: true }, '%7B%22lat%22%3A1.5%2C%22ok%22%3Atrue%7D'),
  at({ content: 'application/json' }, 'text', '%22text%22'),
  at({ content: 'text/plain' }, 'a b', 'a%20b'),
  one('path', 'name', {}, 'report 1', { path: '/files/{name}.json', line: 'GET /files/report%201.json' }),
  one('path', 'a.b-c', {}, '1', { path: '/x/{a.b-c}/y', line: 'GET /x/1/y' }),
  {
    name: 'two parameters in one segment, and one that no parameter declares',
    operation: {
      path: '/{from}..{to}/{other}',
      parameters: [
        { name: 'from', in: 'path' },
        { name: 'to', in: 'path' },
      ],
    },
    input: { from: 'v1', to: 'v2', other: 'x' },
    line: 'GET /v1..v2/x',
  },
  {
    name: 'a path parameter with another name for its input, and with a value of its own',
    operation: {
      path: '/v{version}/orders/{id}',
      parameters: [
        { name: 'version', in: 'path', value: 2 },
        { name: 'id', in: 'path', as: 'order' },
      ],
    },
    input: { order: 'A/1' },
    line: 'GET /v2/orders/A%2F1',
  },
  {
    name: 'a path with a query of its own',
    operation: {
      path: '/x?action=list&v=1#anchor',
      parameters: [{ name: 'q', in: 'query' }],
    },
    input: { q: 'a' },
    line: 'GET /x?action=list&v=1&q=a',
  },
  {
    name: 'a path with characters that an address does not have',
    operation: { path: '/a b/ü' },
    line: 'GET /a%20b/%C3%BC',
  },
];
