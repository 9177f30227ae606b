import { resolve } from 'node:path';
import type { Allowed } from '../../core/private-address.ts';
import { Secret } from '../../core/secret.ts';
import { readReplication } from '../replication/replication.ts';
import { brevoSettings, zoomSettings } from './accounts.ts';
import type { Config, ConfigSources, ConnectionConfig, FieldMapping, ListTarget } from './config.ts';
import { isRecord } from './document.ts';
import type { ConfigDocument, Path } from './document.ts';
import { DEFAULT_FIELD_MAPPING, readFieldMapping } from './field-mapping.ts';
import { connectionSchema } from './file-schema.ts';
import { readFlows } from './flow-settings.ts';
import { readMcp } from './mcp-settings.ts';
import type { SettingsReader } from './reader.ts';
import { leaf, readSchedule } from './settings.ts';

interface Parts {
  reader: SettingsReader;
  document: ConfigDocument | undefined;
  sources: ConfigSources;
  cwd: string;
  /** Of the configuration file. */
  folder: string;
}

/** Puts the configuration together. What is wrong is left out: its problem is reported elsewhere. */
export function assemble(parts: Parts): Config {
  const { reader, document, sources, cwd, folder } = parts;
  const debug = reader.flag('debug', shared('debug'), false);
  const level = reader.read('logLevel', {
    schema: leaf.logLevel,
    paths: shared('log_level'),
    variable: 'LOG_LEVEL',
  });
  const logLevel = debug ? 'debug' : (level ?? 'info');
  if (debug) sources.settings['logLevel'] = sources.settings['debug'] ?? 'default';
  const logWebhooks = reader.flag('logWebhooks', shared('log_webhooks'), false);
  return {
    zoom: { ...zoomSettings(reader), debug, logLevel, logWebhooks },
    brevo: brevoSettings(reader),
    lists: {
      meetingParticipants: list(
        parts,
        'meetingParticipants',
        'meeting_participants',
        'Zoom meeting participants',
      ),
      webinarAttendees: list(parts, 'webinarAttendees', 'webinar_attendees', 'Zoom webinar attendees'),
      webinarRegistrants: list(
        parts,
        'webinarRegistrants',
        'webinar_registrants',
        'Zoom webinar registrants',
      ),
    },
    fieldMapping: fieldMapping(parts),
    exclude: exclude(reader),
    connections: connections(document, folder),
    ...replication(document),
    schedules: schedules(reader),
    flows: readFlows(document).flows,
    ...readMcp(document),
    ...environment(reader, cwd),
    logLevel,
    sources,
  };
}

function shared(key: string): Path[] {
  return [['connectors', 'zoom', key], [key]];
}

type EnvironmentSettings = Pick<
  Config,
  'databaseUrl' | 'dataDir' | 'secretKey' | 'publicUrl' | 'adminToken' | 'host' | 'port'
>;

function environment(reader: SettingsReader, cwd: string): EnvironmentSettings {
  const databaseUrl = reader.read('databaseUrl', { schema: leaf.databaseUrl, variable: 'DATABASE_URL' });
  const dataDir = reader.read('dataDir', { schema: leaf.dataDir, variable: 'TRUNKLINE_DATA_DIR' });
  const secretKey = reader.secret('secretKey', { schema: leaf.secret, variable: 'TRUNKLINE_SECRET_KEY' });
  const publicUrl = reader.url('publicUrl', { schema: leaf.publicUrl, variable: 'TRUNKLINE_PUBLIC_URL' });
  const adminToken = reader.secret('adminToken', { schema: leaf.secret, variable: 'TRUNKLINE_ADMIN_TOKEN' });
  return {
    ...(databaseUrl && { databaseUrl }),
    dataDir: resolve(cwd, dataDir ?? '.trunkline'),
    ...(secretKey && { secretKey }),
    ...(publicUrl && { publicUrl }),
    ...(adminToken && { adminToken }),
    host: reader.read('host', { schema: leaf.host, variable: 'HOST' }) ?? '127.0.0.1',
    port: reader.read('port', { schema: leaf.port, variable: 'PORT' }) ?? 8787,
  };
}

function exclude(reader: SettingsReader): Config['exclude'] {
  const domains = reader.read('exclude.domains', { schema: leaf.domains, paths: [['exclude', 'domains']] });
  return {
    domains: (domains ?? []).map((domain) => domain.toLowerCase().replace(/^@/, '')),
    internal: reader.flag('exclude.internal', [['exclude', 'internal']], false),
  };
}

function list({ reader, document }: Parts, name: string, key: string, fallback: string): ListTarget {
  const paths = shared('lists').map((path) => [...path, key]);
  const value = reader.read(`lists.${name}`, { schema: leaf.list, paths });
  if (typeof value === 'string') return /^\d+$/.test(value.trim()) ? Number(value) : value.trim();
  if (value !== undefined) return value;
  // A list that is named and left empty is no list; one that is not named is the default.
  const emptied = paths.find((path) => document?.spot(path));
  if (emptied) reader.settings[`lists.${name}`] = reader.where(emptied);
  return emptied ? null : fallback;
}

function fieldMapping({ reader, document }: Parts): FieldMapping[] {
  const path = reader.given(shared('field_mapping'));
  reader.settings['fieldMapping'] = path ? reader.where(path) : 'default';
  if (!document || !path) return DEFAULT_FIELD_MAPPING.map((one) => ({ ...one }));
  return readFieldMapping(document, path).mapping;
}

function schedules(reader: SettingsReader): Config['schedules'] {
  const rule = (name: 'activate' | 'extract', fallback: string) =>
    readSchedule(
      reader.read(`schedules.${name}`, { schema: leaf.schedule, paths: [['schedules', name]] }) ?? fallback,
    );
  return { activate: rule('activate', '6h'), extract: rule('extract', 'never') };
}

function replication(document: ConfigDocument | undefined): Pick<Config, 'extract'> {
  const found = document && readReplication(document, ['extract']).replication;
  return found ? { extract: found } : {};
}

function connections(document: ConfigDocument | undefined, folder: string): Record<string, ConnectionConfig> {
  const found: Record<string, ConnectionConfig> = {};
  for (const [name, value] of Object.entries(asMap(document?.get(['connections'])))) {
    const { data } = connectionSchema().safeParse(value);
    if (!data) continue;
    const { connector, auth, credentials, servers, variables, plan, share, daily_share: dailyShare } = data;
    found[name] = {
      connector: connector.endsWith('.json') ? resolve(folder, connector) : connector,
      ...(auth && { auth }),
      credentials: mapValues(credentials ?? {}, (text) => new Secret(text)),
      ...(servers && { servers: mapValues(servers, (text) => text.replace(/\/+$/, '')) }),
      ...(variables && { variables }),
      ...allowedBy(data.allow_private),
      ...(plan && { plan }),
      ...(typeof share === 'number' && { share }),
      ...(typeof dailyShare === 'number' && { dailyShare }),
    };
  }
  return found;
}

/** What a connection may reach beside the open internet, where the file says it. */
function allowedBy(given: boolean | string | string[] | null | undefined): { allowPrivate?: Allowed } {
  if (given === true) return { allowPrivate: true };
  if (given === false) return { allowPrivate: [] };
  return typeof given === 'string' || Array.isArray(given) ? { allowPrivate: [given].flat() } : {};
}

function mapValues<A, B>(map: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function asMap(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
