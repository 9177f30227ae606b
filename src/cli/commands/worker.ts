import type { Command } from 'commander';
import { ConnectorError } from '../../core/errors.ts';
import { examples, type Bind } from '../command.ts';
import { EXIT } from '../report-error.ts';
import { openServing } from './serve.ts';

export function addWorker(program: Command, bind: Bind): void {
  const command = program
    .command('worker')
    .description(
      'Help a server that keeps its state in PostgreSQL: handle events and do jobs, until Ctrl-C.',
    );
  examples(command, [['DATABASE_URL=postgres://trunkline@db/trunkline trunkline worker']]);
  bind(command, async (invocation) => {
    const { startLive } = await import('../../app/index.ts');
    const { terminal, signal } = invocation;
    const config = await invocation.config();
    if (config.databaseUrl === undefined) {
      throw new ConnectorError('a worker needs PostgreSQL: the embedded database belongs to one process', {
        kind: 'config',
        hint: 'Set DATABASE_URL to that of the server, or run trunkline serve alone: it does all jobs itself.\nAn embedded installation moves by: trunkline store copy',
      });
    }
    const app = await openServing(invocation, config);
    const live = await startLive(app);
    app.servingSince = app.world.now();
    if (terminal.json) terminal.printJson({ pid: process.pid });
    terminal.note('A worker helps until you press Ctrl-C.');
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await live.stop();
    await app.close();
    return EXIT.done;
  });
}
