/** What the desk holds: projects with their issue types, people and tickets. */
import type { Clock } from '../../clock.ts';
import { random } from '../../random.ts';

export interface Project {
  key: string;
  name: string;
  issueTypes: IssueType[];
}

export interface IssueType {
  id: string;
  name: string;
}

export interface User {
  id: string;
  displayName: string;
  email: string;
  active: boolean;
}

export interface Ticket {
  key: string;
  project: string;
  issueType: string;
  summary: string;
  description: string;
  status: Status;
  priority: Priority;
  /** Address of whoever asks for help. */
  reporter: string | null;
  /** Id of a user. */
  assignee: string | null;
  labels: string[];
  comments: { id: number; author: string; body: string }[];
  attachments: { id: number; filename: string; size: number; contentType: string }[];
  created: string;
  updated: string;
}

export const STATUSES = ['open', 'pending', 'solved'] as const;
export type Status = (typeof STATUSES)[number];
export const PRIORITIES = ['low', 'normal', 'high'] as const;
export type Priority = (typeof PRIORITIES)[number];

const PROJECTS: readonly [key: string, name: string, types: readonly string[]][] = [
  ['SUP', 'Support', ['Question', 'Problem', 'Refund']],
  ['EVT', 'Events', ['Follow-up', 'Complaint']],
  ['OPS', 'Operations', ['Incident', 'Change', 'Task', 'Problem']],
];
const NAMES = ['Mary Shaw', 'John McCarthy', 'Hedy Lamarr', 'Niklaus Wirth', 'Anita Borg', 'Peter Naur'];
const USERS = 45;
const TICKETS = 57;

export class World {
  readonly projects: readonly Project[];
  readonly users: readonly User[];
  readonly tickets = new Map<string, Ticket>();
  readonly #clock: Clock;
  readonly #numbers = new Map<string, number>();

  constructor(seed: number, clock: Clock) {
    this.#clock = clock;
    const stream = random(seed, 'desk');
    let type = 100;
    this.projects = PROJECTS.map(([key, name, types]) => ({
      key,
      name,
      issueTypes: types.map((one) => ({ id: String(++type), name: one })),
    }));
    this.users = Array.from({ length: USERS }, (_, i) => {
      const displayName = `${stream.pick(NAMES)} ${i + 1}`;
      const email = `${displayName.toLowerCase().replaceAll(' ', '.')}@desk.example`;
      return { id: `u${i + 1}`, displayName, email, active: stream.chance(0.9) };
    });
    for (let i = 0; i < TICKETS; i++) {
      const project = stream.pick(this.projects);
      this.open({
        project: project.key,
        issueType: stream.pick(project.issueTypes).id,
        summary: `Ticket of old ${i + 1}`,
        priority: stream.pick(PRIORITIES),
      });
    }
  }

  project(key: unknown): Project | undefined {
    return this.projects.find((one) => one.key === key);
  }

  /** A new ticket; its key has the project and the next number of that project. */
  open(given: Pick<Ticket, 'project' | 'issueType' | 'summary'> & Partial<Ticket>): Ticket {
    const number = (this.#numbers.get(given.project) ?? 0) + 1;
    this.#numbers.set(given.project, number);
    const now = this.now();
    const ticket: Ticket = {
      description: '',
      status: 'open',
      priority: 'normal',
      reporter: null,
      assignee: null,
      labels: [],
      comments: [],
      attachments: [],
      ...given,
      key: `${given.project}-${number}`,
      created: now,
      updated: now,
    };
    this.tickets.set(ticket.key, ticket);
    return ticket;
  }

  now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
