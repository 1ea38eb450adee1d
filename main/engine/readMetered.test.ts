import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readMetered } from './readMetered.js';

/** NetworkManager's one property on a bus of our own, from Python's own D-Bus: a stand-in, as a test has no link to change. */
const manager = `
import sys, dbus, dbus.service, dbus.mainloop.glib
from gi.repository import GLib
dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
name = dbus.service.BusName('org.freedesktop.NetworkManager', dbus.bus.BusConnection(sys.argv[1]))
class Manager(dbus.service.Object):
    @dbus.service.method('org.freedesktop.DBus.Properties', in_signature='ss', out_signature='v')
    def Get(self, interface, key):
        return dbus.UInt32(int(sys.argv[2]), variant_level=1)
Manager(name, '/org/freedesktop/NetworkManager')
print('ready', flush=True)
GLib.MainLoop().run()
`;

function has(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const python = '/usr/bin/python3';
const canServe =
  has('busctl', '--version') && has('dbus-daemon', '--version') && has(python, '-c', 'import dbus, gi.repository.GLib');

test('without busctl nobody can say', async () => {
  vi.stubEnv('PATH', '/nowhere');
  expect(await readMetered()).toBeNull();
  vi.unstubAllEnvs();
});

test('without a system bus nobody can say', async () => {
  vi.stubEnv('DBUS_SYSTEM_BUS_ADDRESS', 'unix:path=/nowhere/bus');
  expect(await readMetered()).toBeNull();
  vi.unstubAllEnvs();
});

describe.runIf(canServe)('on a bus of our own', () => {
  let folder: string;
  let bus: ChildProcess;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'tether-bus-'));
    address = `unix:path=${path.join(folder, 'bus')}`;
    bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address', `--address=${address}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (bus.stdout === null) throw new Error('the bus says nothing');
    await once(bus.stdout, 'data');
    vi.stubEnv('DBUS_SYSTEM_BUS_ADDRESS', address);
  });

  afterAll(() => {
    vi.unstubAllEnvs();
    bus.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test('without NetworkManager nobody can say', async () => {
    expect(await readMetered()).toBeNull();
  });

  // NMMetered: unknown, yes, no, guessed yes, guessed no.
  test.each([
    [0, null],
    [1, true],
    [2, false],
    [3, true],
    [4, false],
  ])('%i means %s', async (value, expected) => {
    const served = spawn(python, ['-c', manager, address, String(value)], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(served.stdout, 'data');
      expect(await readMetered()).toBe(expected);
    } finally {
      served.kill();
      await once(served, 'exit');
    }
  });
});
