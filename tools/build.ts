/** Compiles `src` to `dist`, or to the folder given, and checks that package.json points at what is there. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = dirname(import.meta.dirname);

interface PackageFile {
  bin: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
}

/** Builds into a folder, which is emptied first. Throws when the compiler complains or a target is missing. */
export function build(out: string): void {
  rmSync(out, { recursive: true, force: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['-p', join(root, 'tsconfig.build.json'), '--outDir', out];
  execFileSync(process.execPath, [compiler, ...options], { stdio: ['ignore', 2, 2] });
  const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageFile;
  const inOut = (target: string) => join(out, relative('dist', target));
  const targets = Object.values(exports).flatMap((one) =>
    typeof one === 'string' ? [one] : Object.values(one),
  );
  const missing = [...Object.values(bin), ...targets]
    .filter((target) => target.startsWith('./dist/'))
    .filter((target) => !existsSync(inOut(target)));
  if (missing.length > 0) throw new Error(`package.json names what was not built: ${missing.join(', ')}`);
  for (const program of Object.values(bin)) {
    const file = inOut(program);
    if (!/^#!\/usr\/bin\/env (-S )?node\b/.test(readFileSync(file, 'utf8'))) {
      throw new Error(`${program} does not begin with #!/usr/bin/env node, so it cannot be run as a command`);
    }
    chmodSync(file, 0o755);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const out = resolve(process.argv[2] ?? join(root, 'dist'));
  build(out);
  process.stderr.write(`built ${relative(process.cwd(), out) || '.'}\n`);
}
