import type { SandboxAnswer } from '../types.ts';
import { invalid, notFound, Refusal } from './answers.ts';
import { cut, readPage } from './queries.ts';
import type { Call, World } from './world.ts';

/** Bad rows of an import, counted as the document of 2026-02 does. */
export interface ImportReport {
  invalid_emails: number;
  duplicate_contact_id: number;
  duplicate_ext_id: number;
  duplicate_email_id: number;
  duplicate_phone_id: number;
  duplicate_whatsapp_id: number;
  duplicate_landline_number_id: number;
}

/** Does the work of a process at the time it ends. */
export type Work = (at: number) => ImportReport | null;

interface Process {
  id: number;
  name: string;
  createdAt: number;
  dueAt: number;
  work: Work | undefined;
  report: ImportReport | null;
  error: string | null;
}

/** Background processes; the work is done when somebody looks and the time has come. */
export class Processes {
  readonly #delay: () => number;
  readonly #processes = new Map<number, Process>();
  #waiting: Process[] = [];

  constructor(delay: () => number) {
    this.#delay = delay;
  }

  start(name: string, now: number, work: Work): number {
    const id = this.#processes.size + 1;
    const dueAt = now + this.#delay();
    const process: Process = { id, name, createdAt: now, dueAt, work, report: null, error: null };
    this.#processes.set(id, process);
    this.#waiting.push(process);
    this.settle(now);
    return id;
  }

  /** Ends what is due, in order, as if it had ended at its own time. */
  settle(now: number): void {
    if (this.#waiting.length === 0) return;
    const due = this.#waiting.filter((process) => process.dueAt <= now).toSorted((a, b) => a.dueAt - b.dueAt);
    this.#waiting = this.#waiting.filter((process) => process.dueAt > now);
    for (const process of due) {
      try {
        process.report = process.work?.(process.dueAt) ?? null;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        process.error = error.message;
      }
      // The rows are let go: an import may hold 10 MB.
      process.work = undefined;
    }
  }

  get(id: number): Process | undefined {
    return this.#processes.get(id);
  }

  all(): Process[] {
    return [...this.#processes.values()];
  }
}

/** GET /processes/{processId}. */
export function getProcess(world: World, call: Call): SandboxAnswer {
  const text = call.params['processId'] ?? '';
  if (!/^\d+$/.test(text)) throw invalid('Invalid process id');
  const process = world.processes.get(Number(text));
  if (!process) throw notFound('Process ID does not exist');
  return { status: 200, json: showProcess(process, call.now) };
}

/** GET /processes. */
export function listProcesses(world: World, call: Call): SandboxAnswer {
  const all = world.processes.all();
  const processes = cut(all, readPage(call.query, 10, 50)).map((process) => showProcess(process, call.now));
  return { status: 200, json: { count: all.length, processes } };
}

/** A process in Brevo's shape at a time: queued for the first quarter, then processing, then over. */
export function showProcess(process: Process, now: number): unknown {
  const { id, name, createdAt, dueAt, report, error } = process;
  const over = now >= dueAt;
  const running = now < createdAt + (dueAt - createdAt) / 4 ? 'queued' : 'processing';
  return {
    id,
    name,
    status: over ? (error === null ? 'completed' : 'failed') : running,
    info: report === null ? null : { import: report },
    export_url: null,
    error,
    created_at: new Date(createdAt).toISOString(),
    completed_at: over ? new Date(dueAt).toISOString() : null,
  };
}
