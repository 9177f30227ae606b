import type { Case } from './case.ts';

type Encoding = Record<
  string,
  {
    contentType?: string;
    headers?: Record<string, string>;
    style?: 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject';
    explode?: boolean;
    allowReserved?: boolean;
  }
>;

const FORM = 'application/x-www-form-urlencoded';
const form = (name: string, value: unknown, body: string, encoding?: Encoding): Case => ({
  name: `form: ${name}`,
  operation: {
    method: 'POST',
    body: { contents: [{ type: FORM, schema: { type: 'object' }, ...(encoding ? { encoding } : {}) }] },
  },
  input: { body: value },
  line: 'POST /x',
  headers: { 'content-type': FORM },
  body,
});

const PART = 'Content-Disposition: form-data; name=';
const parts = (...all: string[]) => `${all.map((part) => `--B\r\n${part}\r\n`).join('')}--B--\r\n`;
const multipart = (
  name: string,
  properties: Record<string, Record<string, unknown>>,
  value: unknown,
  body: string | Uint8Array,
  encoding?: Encoding,
): Case => ({
  name: `multipart: ${name}`,
  operation: {
    method: 'POST',
    body: {
      contents: [
        {
          type: 'multipart/form-data',
          schema: { type: 'object', properties },
          ...(encoding ? { encoding } : {}),
        },
      ],
    },
  },
  input: { body: value },
  headers: { 'content-type': 'multipart/form-data; boundary=B' },
  body,
});
const FILE = { type: 'string', format: 'binary' };
const TEXT = { type: 'string' };

/**
 * Expected: "Encoding Object" of OpenAPI 3.2 and its examples; WHATWG URL, 5.2 for forms by content type and RFC 6570
 * for those by style; RFC 7578 and RFC 2046, 5.1.1 for multipart.
 */
export const cases: Case[] = [
  form('texts, numbers and flags', { a: 'x', b: 1, c: true }, 'a=x&b=1&c=true'),
  form(
    'blanks and reserved characters',
    { 'a b': 'c+d&e=f/g?h~i*j-k.l_m' },
    'a+b=c%2Bd%26e%3Df%2Fg%3Fh%7Ei*j-k.l_m',
  ),
  form('line ends stay as they are', { a: 'b\nc' }, 'a=b%0Ac'),
  form('Unicode', { ä: '日' }, '%C3%A4=%E6%97%A5'),
  form('the empty text', { a: '' }, 'a='),
  form('null and undefined are not sent', { a: null, b: undefined, c: 1 }, 'c=1'),
  form('a list, a pair for each item', { a: ['x', 'y z'] }, 'a=x&a=y+z'),
  form('an empty list', { a: [], b: 1 }, 'b=1'),
  form(
    'an object inside is JSON',
    {
      id: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
      address: { streetAddress: '123 Example Dr.', city: 'Somewhere', state: 'CA', zip: '99999+1234' },
    },
    'id=f81d4fae-7dec-11d0-a765-00a0c91e6bf6&address=%7B%22streetAddress%22%3A%22123+Example+Dr.%22%2C%22city%22%3A%22Somewhere%22%2C%22state%22%3A%22CA%22%2C%22zip%22%3A%2299999%2B1234%22%7D',
  ),
  form('a text as JSON', { id: 'f81d4fae' }, 'id=%22f81d4fae%22', {
    id: { contentType: 'application/json' },
  }),
  form(
    'objects in a list, each as JSON',
    { a: [{ b: 1 }, { b: 2 }] },
    'a=%7B%22b%22%3A1%7D&a=%7B%22b%22%3A2%7D',
  ),
  form('style form', { a: ['x', 'y z'] }, 'a=x&a=y%20z', { a: { style: 'form' } }),
  form('explode alone means form', { a: ['x', 'y'] }, 'a=x,y', { a: { explode: false } }),
  form('an exploded object', { a: { R: 1, G: 2 } }, 'R=1&G=2', { a: { explode: true } }),
  form('spaceDelimited', { a: ['x', 'y'] }, 'a=x%20y', { a: { style: 'spaceDelimited' } }),
  form('pipeDelimited', { a: ['x', 'y'] }, 'a=x%7Cy', { a: { style: 'pipeDelimited' } }),
  form(
    'deepObject, as Stripe has it',
    { metadata: { order: '6735' }, items: [{ price: 'p_1' }, { price: 'p_2' }] },
    'metadata%5Border%5D=6735&items%5B0%5D%5Bprice%5D=p_1&items%5B1%5D%5Bprice%5D=p_2',
    { metadata: { style: 'deepObject', explode: true }, items: { style: 'deepObject', explode: true } },
  ),
  form('allowReserved', { a: 'b/c:d e' }, 'a=b/c:d%20e', { a: { allowReserved: true } }),
  form('a style makes the content type count for nothing', { a: ['x'] }, 'a=x', {
    a: { style: 'form', contentType: 'application/json' },
  }),
  form('nothing', {}, ''),
  {
    name: 'form: members as inputs',
    operation: {
      method: 'POST',
      body: {
        spread: true,
        contents: [
          {
            type: FORM,
            schema: {
              type: 'object',
              properties: { to: TEXT, amount: { type: 'integer' } },
              required: ['to'],
            },
          },
        ],
      },
    },
    input: { amount: 5, to: 'Ada L.' },
    headers: { 'content-type': FORM },
    body: 'to=Ada+L.&amount=5',
  },
  multipart(
    'texts and numbers',
    { a: TEXT, b: { type: 'integer' }, c: { type: 'boolean' } },
    { a: 'x y&z', b: 1, c: false },
    parts(`${PART}"a"\r\n\r\nx y&z`, `${PART}"b"\r\n\r\n1`, `${PART}"c"\r\n\r\nfalse`),
  ),
  multipart('Unicode as it is', { ä: TEXT }, { ä: '日本' }, parts(`${PART}"ä"\r\n\r\n日本`)),
  multipart(
    'names with quotes and line ends',
    { 'a"b\r\nc': TEXT },
    { 'a"b\r\nc': 'x' },
    parts(`${PART}"a%22b%0D%0Ac"\r\n\r\nx`),
  ),
  multipart(
    'an object is JSON',
    { meta: { type: 'object' } },
    { meta: { a: 1 } },
    parts(`${PART}"meta"\r\nContent-Type: application/json\r\n\r\n{"a":1}`),
  ),
  multipart(
    'objects in a list, a part for each',
    { addresses: { type: 'array', items: { type: 'object' } } },
    { addresses: [{ a: 1 }, { a: 2 }] },
    parts(
      `${PART}"addresses"\r\nContent-Type: application/json\r\n\r\n{"a":1}`,
      `${PART}"addresses"\r\nContent-Type: application/json\r\n\r\n{"a":2}`,
    ),
  ),
  multipart(
    'texts in a list, a part for each',
    { tags: { type: 'array', items: TEXT } },
    { tags: ['x', 'y'] },
    parts(`${PART}"tags"\r\n\r\nx`, `${PART}"tags"\r\n\r\ny`),
  ),
  multipart(
    'null is not sent',
    { a: { type: ['string', 'null'] }, b: TEXT },
    { a: null, b: 'x' },
    parts(`${PART}"b"\r\n\r\nx`),
  ),
  multipart(
    'a file in base64',
    { file: FILE },
    { file: 'aGVsbG8=' },
    parts(`${PART}"file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\nhello`),
  ),
  multipart(
    'a file with its name and type',
    { file: FILE },
    { file: { content: 'aGVsbG8=', filename: 'grüße "1".txt', content_type: 'text/plain' } },
    parts(`${PART}"file"; filename="grüße %221%22.txt"\r\nContent-Type: text/plain\r\n\r\nhello`),
  ),
  multipart(
    'a file that is not text',
    { file: FILE },
    { file: 'AP+A' },
    new Uint8Array([
      ...Buffer.from(
        `--B\r\n${PART}"file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n`,
      ),
      0,
      255,
      128,
      ...Buffer.from('\r\n--B--\r\n'),
    ]),
  ),
  multipart(
    'several files',
    { files: { type: 'array', items: FILE } },
    { files: ['YQ==', { content: 'Yg==', filename: 'b.txt' }] },
    parts(
      `${PART}"files"; filename="files"\r\nContent-Type: application/octet-stream\r\n\r\na`,
      `${PART}"files"; filename="b.txt"\r\nContent-Type: application/octet-stream\r\n\r\nb`,
    ),
  ),
  multipart(
    'what has no type is a file',
    { profileImage: {} },
    { profileImage: 'aGk=' },
    parts(
      `${PART}"profileImage"; filename="profileImage"\r\nContent-Type: application/octet-stream\r\n\r\nhi`,
    ),
  ),
  multipart(
    'text of another media type is a file',
    { icon: { type: 'string', contentMediaType: 'image/png' } },
    { icon: 'aGk=' },
    parts(`${PART}"icon"; filename="icon"\r\nContent-Type: application/octet-stream\r\n\r\nhi`),
  ),
  multipart(
    'base64 that is sent as such',
    { icon: { type: 'string', contentEncoding: 'base64' } },
    { icon: 'aGk=' },
    parts(`${PART}"icon"\r\nContent-Type: application/octet-stream\r\n\r\naGk=`),
  ),
  multipart(
    'the type of a part',
    { note: TEXT, file: FILE },
    { note: '<a/>', file: 'aGk=' },
    parts(
      `${PART}"note"\r\nContent-Type: application/xml; charset=utf-8\r\n\r\n<a/>`,
      `${PART}"file"; filename="file"\r\nContent-Type: image/png\r\n\r\nhi`,
    ),
    {
      note: { contentType: 'application/xml; charset=utf-8' },
      file: { contentType: 'image/png, image/jpeg' },
    },
  ),
  multipart(
    'one of the types of a part',
    { file: FILE },
    { file: { content: 'aGk=', content_type: 'image/jpeg' } },
    parts(`${PART}"file"; filename="file"\r\nContent-Type: image/jpeg\r\n\r\nhi`),
    { file: { contentType: 'image/png, image/jpeg' } },
  ),
  multipart(
    'a range of types',
    { file: {} },
    { file: 'aGk=' },
    parts(`${PART}"file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\nhi`),
    { file: { contentType: 'image/*' } },
  ),
  multipart(
    'a text as JSON',
    { a: TEXT },
    { a: 'x' },
    parts(`${PART}"a"\r\nContent-Type: application/json\r\n\r\n"x"`),
    { a: { contentType: 'application/json' } },
  ),
  multipart(
    'headers of a part',
    { a: { type: 'object' } },
    { a: {} },
    parts(`${PART}"a"\r\nContent-Type: application/json\r\nX-Rate: 1\r\n\r\n{}`),
    { a: { headers: { 'X-Rate': '1' } } },
  ),
  multipart(
    'by style, without percent-encoding',
    { a: { type: 'array' }, b: { type: 'object' } },
    { a: ['x y', 'z|'], b: { k: 'ü', l: [1] } },
    parts(`${PART}"a"\r\n\r\nx y|z|`, `${PART}"b[k]"\r\n\r\nü`, `${PART}"b[l][0]"\r\n\r\n1`),
    { a: { style: 'pipeDelimited' }, b: { style: 'deepObject' } },
  ),
  multipart(
    'a long whole number in a JSON part',
    { meta: { type: 'object', properties: { id: { type: 'integer' } } } },
    { meta: { id: '9007199254740993' } },
    parts(`${PART}"meta"\r\nContent-Type: application/json\r\n\r\n{"id":9007199254740993}`),
  ),
  {
    name: 'multipart: members as inputs, behind a reference',
    operation: {
      method: 'POST',
      body: { spread: true, contents: [{ type: 'multipart/form-data', schema: { $ref: '#/$defs/Upload' } }] },
    },
    definition: {
      $defs: {
        Upload: {
          type: 'object',
          required: ['file'],
          properties: { file: { $ref: '#/$defs/File' }, title: TEXT },
        },
        File: FILE,
      },
    },
    input: { title: 'T', file: 'aGk=' },
    body: parts(
      `${PART}"file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\nhi`,
      `${PART}"title"\r\n\r\nT`,
    ),
  },
  {
    name: 'multipart: without names where they have none (RFC 2046, 5.1.3)',
    operation: {
      method: 'POST',
      body: {
        contents: [
          {
            type: 'multipart/mixed',
            schema: { type: 'object', properties: { meta: { type: 'object' }, data: FILE } },
          },
        ],
      },
    },
    input: { body: { meta: { a: 1 }, data: { content: 'aGk=', filename: 'a.bin' } } },
    headers: { 'content-type': 'multipart/mixed; boundary=B' },
    body: parts(
      'Content-Type: application/json\r\n\r\n{"a":1}',
      'Content-Disposition: attachment; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\nhi',
    ),
  },
];
