import { InvalidArgumentError, Option, type Command } from 'commander';
import type { SandboxOptions } from '../../sandbox/index.ts';
import { examples, type Bind } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { EXIT, usageError } from '../report-error.ts';

export function addSandbox(program: Command, bind: Bind): void {
  const command = program
    .command('sandbox')
    .description(
      'Run a simulated Zoom and Brevo on this machine until Ctrl-C; prints one JSON line with its addresses.',
    )
    .option('--port <n>', 'port to listen on (default: a free one)', whole(0, 65_535))
    .option('--seed <n>', 'another seed makes another world (default: 1)', whole(0))
    .option('--users <n>', 'Zoom users of the account (default: 8)', whole(1))
    .option('--meetings <n>', 'past meetings of each user (default: 6)', whole(0))
    .option('--participants <n>', 'people in one meeting, on average (default: 12)', whole(0))
    .option('--webinars <n>', 'past webinars of the account (default: 4)', whole(0))
    .addOption(
      new Option(
        '--plan <plan>',
        'whose limits apply: free, pro, business, unlimited (default: pro)',
      ).choices(['free', 'pro', 'business', 'unlimited']),
    )
    .option('--latency <ms>', 'milliseconds added to every answer (default: 0)', whole(0))
    .addOption(
      new Option('--window <kind>', 'how a second is counted: fixed, sliding (default: sliding)').choices([
        'fixed',
        'sliding',
      ]),
    );
  examples(command, [
    ['trunkline sandbox --port 4000'],
    ['trunkline sandbox --users 50 --meetings 40 --plan business', 'a larger account'],
  ]);
  bind<Partial<SandboxOptions>>(command, async (invocation, { options }) => {
    const { DEFAULT_OPTIONS } = await import('../../sandbox/index.ts');
    const known = Object.entries(options).filter(([key]) => key in DEFAULT_OPTIONS);
    return serve(invocation, Object.fromEntries(known));
  });
}

async function serve({ terminal, signal }: Invocation, options: Partial<SandboxOptions>): Promise<number> {
  const { startSandbox } = await import('../../sandbox/index.ts');
  const sandbox = await startSandbox(options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    throw usageError(
      `port ${options.port} cannot be used (${error.code})`,
      'Choose another --port, or none to get a free one.',
    );
  });
  try {
    const { url, env } = sandbox;
    terminal.printJson({ url, env });
    const assignments = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    terminal.note(
      [
        `A simulated Zoom and Brevo answer at ${url} until you press Ctrl-C.`,
        'To use them in another shell:',
        '',
        `  export ${assignments.join(' ')}`,
        '  trunkline doctor && trunkline activate --since 30d',
        '',
        `What they really hold: ${url}/__sandbox/stats and ${url}/__sandbox/brevo/contacts`,
      ].join('\n'),
    );
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await sandbox.close();
  }
  return EXIT.done;
}

/** Reads a whole number of a range. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };
}
