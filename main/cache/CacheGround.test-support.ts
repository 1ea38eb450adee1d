import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Breakage } from './cacheSteps.test-support.js';
import { FaultyFiles } from './FaultyFiles.js';
import type { FileSystem } from './FileSystem.js';
import { changingKinds, SimulatedDisk } from './SimulatedDisk.test-support.js';

/** Where a history takes place: a file system that breaks and heals, and on which an owner's life can end. */
export interface CacheGround {
  /** Can a life end in the middle of something? Else it ends when that is done. */
  readonly cutsMidway: boolean;
  /** Of the present owner; another one after each end. */
  files(): FileSystem;
  folder(): string;
  breakDisk(how: Breakage): void;
  heal(): void;
  /** From now on the owner's life ends after so many operations of the disk. Resolves when it has. */
  armCut(how: 'power' | 'process', operations: number): Promise<void>;
  /** Ends it now if that has not happened, and makes what is left ready for the next owner. */
  finishCut(): Promise<void>;
  /** Bytes of all files, or null where that is not known cheaply. */
  bytes(): number | null;
}

/** The room that a disk which fills up still has: less than most writes. */
const roomBytes = 150;

export class SimulatedGround implements CacheGround {
  readonly cutsMidway = true;
  #disk = new SimulatedDisk();
  #next: SimulatedDisk | null = null;
  #how: 'power' | 'process' = 'process';
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
    this.#disk.turns = () => 1 + Math.floor(random() * 4);
  }

  files(): SimulatedDisk {
    return this.#disk;
  }

  folder(): string {
    return '/data/robots/rover';
  }

  bytes(): number {
    return this.#disk.bytes(this.folder());
  }

  breakDisk(how: Breakage): void {
    const disk = this.#disk;
    switch (how) {
      case 'full':
        disk.bytesMax = disk.bytes() + roomBytes;
        return;
      case 'read-only':
        disk.failWith = ({ kind }) => (changingKinds.has(kind) ? 'EROFS' : null);
        return;
      case 'sync fails':
        disk.failWith = ({ kind }) => (kind === 'datasync' || kind === 'syncFolder' ? 'EIO' : null);
        return;
      case 'everything fails':
        disk.failWith = ({ kind }) => (changingKinds.has(kind) || kind === 'syncFolder' ? 'EIO' : null);
    }
  }

  heal(): void {
    this.#disk.failWith = () => null;
    this.#disk.bytesMax = Infinity;
  }

  armCut(how: 'power' | 'process', operations: number): Promise<void> {
    this.#how = how;
    this.#next = null;
    const disk = this.#disk;
    let left = operations;
    return new Promise((resolve) => {
      disk.afterOperation = () => {
        if (left > 0) {
          left -= 1;
          return;
        }
        this.#cut();
        resolve();
      };
    });
  }

  finishCut(): Promise<void> {
    if (this.#next === null) this.#cut();
    this.#disk = this.#next ?? this.#disk;
    this.#next = null;
    this.heal();
    // The lock of a process that goes on living (this one) would not be seen to be stale.
    if (this.#disk.namesIn(this.folder()).includes('owner.json')) this.#disk.discard(`${this.folder()}/owner.json`);
    return Promise.resolve();
  }

  #cut(): void {
    const disk = this.#disk;
    if (this.#next !== null) return;
    this.#next = this.#how === 'power' ? disk.afterPowerCut(this.#random) : disk.afterProcessCrash();
    disk.disconnect();
  }
}

/** Real files. An owner's life ends between operations only, and a power cut is a killed process. */
export class RealGround implements CacheGround {
  readonly cutsMidway = false;
  readonly #files = new FaultyFiles();
  readonly #parent: string;
  #generation = 0;

  constructor(parent: string) {
    this.#parent = parent;
  }

  files(): FileSystem {
    return this.#files;
  }

  folder(): string {
    return join(this.#parent, String(this.#generation));
  }

  bytes(): null {
    return null;
  }

  breakDisk(how: Breakage): void {
    const code = { full: 'ENOSPC', 'read-only': 'EROFS', 'sync fails': 'EIO', 'everything fails': 'EIO' }[how];
    const bytes = how === 'full' ? roomBytes : 0;
    this.#files.fault = { what: how === 'sync fails' ? 'datasync' : 'write', code, path: '', bytes };
  }

  heal(): void {
    this.#files.fault = null;
  }

  armCut(): Promise<void> {
    return new Promise(() => undefined);
  }

  async finishCut(): Promise<void> {
    const left = this.folder();
    this.#generation += 1;
    await cp(left, this.folder(), { recursive: true, force: true });
    await rm(join(this.folder(), 'owner.json'), { force: true });
    this.heal();
  }
}
