import type { Allowed } from '../../core/private-address.ts';
import type { Secret } from '../../core/secret.ts';
import type { Replication } from '../replication/replication.ts';
import type { FileFlow } from './flow-settings.ts';
import type { McpSettings } from './mcp-settings.ts';

/** Decides Zoom's rate limits. */
export type ZoomPlan = 'free' | 'pro' | 'business' | 'unlimited';
/** Decides Brevo's rate limits: the names of its three tiers, and none. */
export type BrevoPlan = 'general' | 'advanced' | 'extended' | 'unlimited';
/** From nothing to everything. */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'verbose' | 'debug';

/** A Brevo list by its id, by its name, or none. */
export type ListTarget = number | string | null;

/** One attribute of a contact and what it is filled with. */
export interface FieldMapping {
  /** A known field, or `answers.<question>`. */
  from: string;
  /** Name of the attribute; `email` for the address itself. */
  to: string;
  /** Line in the configuration file; absent for the defaults. */
  line?: number;
}

/** One more account of a built-in connector, or of one's own. */
export interface ConnectionConfig {
  /** Id of a built-in connector, or absolute path of a connector definition in JSON. */
  connector: string;
  /** Key in the connector's `auths`, such as `oauth`: tokens come of a consent that is stored under the same name. */
  auth?: string;
  credentials: Record<string, Secret>;
  servers?: Record<string, string>;
  /** Values of the parts in braces of the connector's addresses. */
  variables?: Record<string, string>;
  /** What a connector that came from a document may reach beside the open internet. */
  allowPrivate?: Allowed;
  plan?: string;
  share?: number;
  dailyShare?: number;
}

/** Where the settings came from. Holds names and places, never values. */
export interface ConfigSources {
  /** The configuration file, if there is one. */
  file?: { path: string; chosenBy: '--config' | 'TRUNKLINE_CONFIG' | 'default' };
  /** Environment variables that were used, directly or by `${NAME}`; sorted. */
  variables: string[];
  /** By setting (`zoom.plan`): `trunkline.yaml:4:17`, the name of a variable, or `default`. */
  settings: Record<string, string>;
  /** Credentials that the file takes from a variable which is not set. */
  unset: { variable: string; where: string }[];
}

/** Everything that can be set, with the defaults filled in. */
export interface Config {
  zoom: {
    enabled: boolean;
    accountId?: string;
    clientId?: string;
    clientSecret?: Secret;
    plan: ZoomPlan;
    apiUrl: string;
    oauthUrl: string;
    /** Part of each second's limit that may be used, from 0 to 1. */
    share: number;
    /** Part of each day's limit that may be used, from 0 to 1. */
    dailyShare: number;
    sync: { participants: boolean; webinars: boolean; recordings: boolean };
    webhook: {
      /** All are accepted, so that a secret can be rotated without losing events. */
      secretTokens: Secret[];
      verificationToken?: Secret;
    };
    debug: boolean;
    logLevel: LogLevel;
    logWebhooks: boolean;
  };
  brevo: {
    apiKey?: Secret;
    apiUrl: string;
    plan: BrevoPlan;
    /** Create missing attributes. */
    ensureAttributes: boolean;
    /** Create missing lists. */
    ensureLists: boolean;
    /** Send events. */
    events: boolean;
    /** How long Brevo may take until a write shows in reads. */
    readLagSeconds: number;
  };
  lists: { meetingParticipants: ListTarget; webinarAttendees: ListTarget; webinarRegistrants: ListTarget };
  /** In the order of the file. */
  fieldMapping: FieldMapping[];
  exclude: {
    /** Lower case. People of these domains are not sent to Brevo. */
    domains: string[];
    /** Leave out people of the own Zoom account. */
    internal: boolean;
  };
  connections: Record<string, ConnectionConfig>;
  /** Which streams go where, when the command line does not say. */
  extract?: Replication;
  /** Where the first reading of history begins, in milliseconds, by the connection whose variable says so. */
  anchors?: Record<string, number>;
  /** How often a server does what comes round: milliseconds, an expression of cron in UTC, or null for never. */
  schedules: { activate: number | string | null; extract: number | string | null };
  /** By id. */
  flows: Record<string, FileFlow>;
  /** The block `mcp`, when there is one. */
  mcp?: McpSettings;
  /** PostgreSQL; absent means embedded SQLite in `dataDir`. May hold a password: not for logs. */
  databaseUrl?: string;
  /** Absolute. */
  dataDir: string;
  secretKey?: Secret;
  publicUrl?: string;
  adminToken?: Secret;
  host: string;
  port: number;
  logLevel: LogLevel;
  sources: ConfigSources;
}
