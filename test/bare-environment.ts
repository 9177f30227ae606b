/**
 * What a process that a test starts is given of this one's environment, and nothing else: where programs are, and where
 * Node keeps what it compiled before (https://nodejs.org/api/module.html#module-compile-cache), which saves most of the
 * time that the command line takes to start.
 */
export function bareEnvironment(): Record<string, string> {
  const names = ['PATH', 'NODE_COMPILE_CACHE'];
  return Object.fromEntries(
    names.map((name) => [name, process.env[name] ?? '']).filter(([, value]) => value !== ''),
  );
}
