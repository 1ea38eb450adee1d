/**
 * V8's options for a process that runs an engine, set when it begins: V8 does not take them later. Records come and go faster than V8
 * collects them. With its usual 16 MiB for what is new (three times over), and room for the rest that it lets grow to four times what
 * is in use because the machine has memory, a process takes some 60 MB that it does not need.
 *
 * The other way round, V8 takes a heap that has just begun for a small one, and collects all of it whenever some megabytes were added.
 * What it may begin with is therefore said: somewhat more than the 25 MB that are in use when much is sent.
 */
export const engineV8Flags = [
  '--max-semi-space-size=4',
  '--max-old-space-size=1024',
  '--initial-old-space-size=48',
] as const;
