/**
 * V8's options for a process that runs an engine, set when it begins: V8 does not take them later. Records come and go faster than V8
 * collects them. With its usual 16 MiB for what is new (three times over), and room for the rest that it lets grow to four times what
 * is in use because the machine has memory, a process takes some 60 MB that it does not need.
 */
export const engineV8Flags = ['--max-semi-space-size=4', '--max-old-space-size=1024'] as const;
