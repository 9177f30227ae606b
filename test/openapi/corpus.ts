import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(dirname(import.meta.dirname));

/** A public document of an API, as a package ships it. */
export interface PublicDocument {
  name: string;
  text: string;
  /** Of how many operations one is called; all of them, when left out. */
  each: number;
}

/** Packages that ship documents of APIs, with the files or folders that hold them. */
const PACKAGES: readonly { name: string; paths: readonly string[]; each?: number }[] = [
  { name: '@octokit/openapi', paths: ['generated/api.github.com.json'] },
  {
    name: '@octokit/openapi',
    paths: ['ghec', 'ghes-3.19'].map((file) => `generated/${file}.json`),
    each: 25,
  },
  { name: '@readme/oas-examples', paths: ['2.0/json', '3.0/json', '3.1/json', '3.2/json'] },
  { name: '@readme/oas-examples', paths: ['3.0/yaml', '3.1/yaml'], each: 5 },
  { name: '@scalar/galaxy', paths: ['dist/3.1.json', 'dist/3.1.yaml'] },
  { name: '@digdir/dialogporten-schema', paths: ['swagger.verified.json'] },
  { name: '@lix-js/server-api-schema', paths: ['src/schema.yaml'] },
  { name: 'rclone-openapi', paths: ['openapi.json'] },
  { name: 'shipengine-openapi', paths: ['openapi.yaml'] },
];

/** The documents of the packages that are installed, and the packages that are not. */
export function publicDocuments(): { documents: PublicDocument[]; missing: string[] } {
  const documents: PublicDocument[] = [];
  const missing = new Set<string>();
  for (const { name, paths, each = 1 } of PACKAGES) {
    const folder = join(root, 'node_modules', name);
    if (!existsSync(folder)) missing.add(name);
    else {
      for (const path of paths.flatMap((one) => filesAt(folder, one))) {
        const text = readFileSync(join(folder, path), 'utf8');
        if (/["']?(?:openapi|swagger)["']?\s*:/.test(text))
          documents.push({ name: `${name}/${path}`, text, each });
      }
    }
  }
  return { documents, missing: [...missing] };
}

function filesAt(folder: string, path: string): string[] {
  if (!existsSync(join(folder, path))) return [];
  if (/\.(?:json|ya?ml)$/.test(path)) return [path];
  return readdirSync(join(folder, path), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:json|ya?ml)$/.test(file))
    .map((file) => join(path, file))
    .toSorted();
}

/** Packages of the list that the project declares: these must be there. */
export function declaredPackages(): string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return PACKAGES.map(({ name }) => name).filter((name) => name in manifest.devDependencies);
}
