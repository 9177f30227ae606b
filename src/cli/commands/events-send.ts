import type { Command } from 'commander';
import { connectors } from '../../catalog.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { EXIT, usageError } from '../report-error.ts';

interface SendOptions {
  to?: string;
  secret?: string;
  payload?: string;
}

export function addSend(group: Command, bind: Bind): void {
  const send = group
    .command('send')
    .argument('<event>', 'its name, such as meeting.ended')
    .description('Send a signed sample as Zoom would, to try out a receiver.')
    .option('--to <url>', 'where the receiver is')
    .option('--secret <secret>', 'secret token to sign with (default: ZOOM_WEBHOOK_SECRET)')
    .option('--payload <json>', 'the payload: JSON, @file, or - for stdin (default: a made-up one)');
  examples(send, [
    ['trunkline events send meeting.ended --to http://127.0.0.1:8787/webhooks/zoom'],
    ['trunkline events send endpoint.url_validation --to https://example.com/zoom --secret s3cret'],
  ]);
  bind<SendOptions>(send, async (invocation, { args, options }) => {
    const { terminal } = invocation;
    const [event = ''] = args;
    const url = options.to ?? '';
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      throw usageError(
        '--to must say where the receiver is',
        'Example: --to http://127.0.0.1:8787/webhooks/zoom',
      );
    }
    if (!/^[a-z]\w*(?:\.\w+)*$/i.test(event)) {
      throw usageError(`'${event}' is not the name of an event`, 'Example: meeting.ended');
    }
    const outcome = await sendSample(invocation, event, url, options);
    const good = outcome.status >= 200 && outcome.status < 300;
    if (terminal.json) terminal.printJson({ event, to: url, ...outcome });
    else terminal.print(outcomeText(invocation, event, outcome));
    return good ? EXIT.done : EXIT.failed;
  });
}

interface Outcome {
  status: number;
  body: unknown;
}

async function sendSample(
  invocation: Invocation,
  event: string,
  url: string,
  options: SendOptions,
): Promise<Outcome> {
  const { webhook } = (await invocation.config()).zoom;
  const secret = options.secret ?? webhook.secretTokens[0]?.reveal();
  if (secret === undefined || secret === '') {
    throw usageError('there is no secret to sign with', 'Give --secret, or set ZOOM_WEBHOOK_SECRET.');
  }
  const { sampleSender } = await import('../../sandbox/webhook-samples.ts');
  const { readInput } = await import('../call-input.ts');
  const sender = sampleSender();
  const payload =
    options.payload === undefined
      ? sampleOf(event, sender.payload(event), (await invocation.world()).now())
      : await readInput(options.payload, invocation.io);
  if (payload === undefined) {
    invocation.terminal.note(`No sample of ${event} is known, so its object is empty; --payload gives one.`);
  }
  const { status, body } = await sender.send({
    url,
    event,
    secret,
    payload: payload ?? { object: {} },
    ...(webhook.verificationToken && { verificationToken: webhook.verificationToken.reveal() }),
  });
  return { status, body };
}

/** That of the simulated account where it is as Zoom documents the event; else one made from what is documented. */
function sampleOf(event: string, simulated: unknown, now: number): unknown {
  const { events } = connectors.zoom.triggers ?? {};
  const read: object | undefined =
    simulated === undefined ? undefined : events?.read?.({ event, payload: simulated });
  if (read && !('unknown' in read)) return simulated;
  return events?.sample?.(event, now)?.['payload'] ?? simulated;
}

function outcomeText({ terminal }: Invocation, event: string, { status, body }: Outcome): string {
  const good = status >= 200 && status < 300;
  const mark = good ? terminal.paint('green', '✓') : terminal.paint('red', '✗');
  if (status === 0) return `${mark} ${event}: nobody answered (${String(body)})`;
  const said = body === '' || body === undefined ? '' : `: ${JSON.stringify(body)}`;
  return `${mark} ${event} was answered with ${status}${said}`;
}
