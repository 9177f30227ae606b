import { readFileSync } from 'node:fs';
import { row } from './table.ts';

/** The page about the SDK: its prose stands here, its code in `examples/`. */
export function sdkPage(): string {
  const parts = [
    '# SDK',
    'Made by `node tools/docs.ts`; do not edit. The code is that of `examples/`, which the tests run against the sandbox.',
    'One class joins everything: `Trunkline`. It takes its settings from the program, then from `trunkline.yaml`, then from the environment.',
    "```ts\nimport { Trunkline } from 'trunkline';\n```",
    [
      row('Call', 'What it does', 'After a crash'),
      row('---', '---', '---'),
      ...CALLS.map(([call, what, crash]) => row(`\`${call}\``, what, crash)),
    ].join('\n'),
    'Options: `brevoApiKey`, `zoomPlan`, `brevoPlan`, `webhookSecret`, `dataDir`, `listIds`, `logLevel`, `configPath`, `env`; `apiKey` is taken and not used, as nothing runs elsewhere.',
    'How much of the rate limits is used is kept in the folder of `dataDir`, and so is what `activate` knows. One process at a time has that folder open, from the first call that goes out until `close`: programs that run side by side need a folder each.',
  ];
  for (const [title, file, text] of EXAMPLES) {
    parts.push(`## ${title}`, text, `\`\`\`ts\n${code(file)}\n\`\`\``, `[${file}](../examples/${file})`);
  }
  return `${parts.join('\n\n')}\n`;
}

const CALLS: readonly (readonly [call: string, what: string, crash: string])[] = [
  [
    'connectors.connect(name, credentials?)',
    'signs in and gives the typed client of a system',
    'connect again; credentials are held in memory only',
  ],
  ['contacts.sync({ email, attributes, listIds })', 'one person to Brevo', 'nothing is kept: call it again'],
  [
    'on(topic, handler)',
    'a handler for events of webhooks; of those that Zoom documents the payload is typed',
    'register it again, before `receiver`',
  ],
  [
    'receiver(connection?)',
    'takes webhooks: proves, keeps, answers and hands them to the handlers of `on`; [mounts in any server](webhooks.md#in-a-server-of-your-own)',
    'what was answered with 200 is handled by the next process, until the handlers have succeeded',
  ],
  [
    'connectors.handleWebhook(name, { topic, payload })',
    'hands an event that was proven to the handlers, and keeps nothing',
    'an event is lost unless its sender is told to send it again',
  ],
  ['webhooks.verify({ headers, body })', 'whether a webhook comes from Zoom, over its raw bytes', '-'],
  ['webhooks.answer(body)', "the answer to Zoom's URL validation", '-'],
  [
    'activate({ since, until, dryRun })',
    'all people of a range of time from Zoom to Brevo',
    'the same call goes on from there, and sends nothing twice',
  ],
  [
    'extract({ streams, to, from, since, until, anchor, mode, select, newColumns, wait, signal, onProgress })',
    '[streams](streams.md) into a [database or files](destinations.md): what is new, or a range again; see [extraction](extraction.md)',
    'the same call goes on from there',
  ],
  ['plan({ … })', 'how many calls that `extract` makes, and how long it takes; changes nothing', '-'],
  ['explain(email)', 'why a person did or did not arrive by `activate`', 'is kept'],
  ['close()', 'lets go of everything; `await using` does it too', '-'],
];

const EXAMPLES: readonly (readonly [title: string, file: string, text: string])[] = [
  [
    'Connect',
    'initialize-connector.ts',
    'The client has every action as a method: see [actions](actions.md).',
  ],
  [
    'People of a meeting',
    'sync-meeting-participants.ts',
    'Who said no to mail gets his attributes and no list; nobody is put back on a list that he left. A value that does not fit its attribute is an error that names it: Brevo itself would drop it and answer success.',
  ],
  ['People of a webinar', 'sync-webinar-attendees.ts', 'The same for those who attended a webinar.'],
  [
    'Webhooks',
    'handle-zoom-webhooks.ts',
    'Verify the bytes as they came, before anything parses them. Answer after the handlers have run, and with an error when one failed.',
  ],
  [
    'Webhooks that are not lost',
    'keep-zoom-webhooks.ts',
    'The same with a store: two lines, and each event is handled until that has succeeded. `toNodeHandler` is for `node:http` and Express; hono and Fastify have theirs.',
  ],
  [
    'Zoom in a database',
    'extract-to-database.ts',
    'What is new since the last time, by slices that are committed one by one.',
  ],
  [
    'Meetings',
    'create-meeting.ts',
    'Inputs are checked before anything is sent; what is not given is not sent.',
  ],
  ['Lists', 'list-with-paging.ts', 'Every list can be read by one page, by all pages, and by rows.'],
  [
    'Errors',
    'errors-that-help.ts',
    'Every error that comes from a system or from an input is a `ConnectorError`.',
  ],
  [
    'A connector of your own',
    'custom-connector-json.ts',
    'A document in JSON is enough: see [connectors](connectors.md).',
  ],
];

/** The code of an example as its user would write it. */
function code(file: string): string {
  const text = readFileSync(new URL(`../../examples/${file}`, import.meta.url), 'utf8');
  return text
    .replace(/^\/\*\*.*?\*\/\n/s, '')
    .replace("from '../src/index.ts'", "from 'trunkline'")
    .replace("from '../src/entry/webhooks.ts'", "from 'trunkline/webhooks'")
    .trim();
}
