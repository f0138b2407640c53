// Reads a kiosk's row of codes with the phone's camera, joins them, hands the file to the form. survey/frames.py in the browser.
"use strict";
(() => {
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  function bytesOf(text) {
    const out = new Uint8Array(Math.floor((text.length * 5) / 8));
    let bits = 0, held = 0, at = 0;
    for (const letter of text) {
      const value = ALPHABET.indexOf(letter);
      if (value < 0) return null;
      held = ((held << 5) | value) & 0xfff;
      bits += 5;
      if (bits >= 8) { bits -= 8; out[at++] = (held >> bits) & 0xff; }
    }
    return out;
  }

  function crc32(bytes) {
    let crc = ~0;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc >>> 0;
  }

  function read(text) {
    if (!text.startsWith("HLF1")) return null;
    const packed = bytesOf(text.slice(4));
    if (packed === null || packed.length < 13) return null;
    const view = new DataView(packed.buffer);
    const piece = { file: view.getUint32(0), index: view.getUint16(4), count: view.getUint16(6), chunk: packed.slice(12) };
    const proven = new Uint8Array(8 + piece.chunk.length);
    proven.set(packed.slice(0, 8));
    proven.set(piece.chunk, 8);
    return piece.index < piece.count && crc32(proven) === view.getUint32(8) ? piece : null;
  }

  class Joiner {
    constructor() { this.pieces = new Map(); this.file = null; this.count = 0; }
    add(text) {
      const piece = read(text);
      if (piece === null) return false;
      if (piece.file !== this.file) { this.pieces.clear(); this.file = piece.file; this.count = piece.count; }
      this.pieces.set(piece.index, piece.chunk);
      return true;
    }
    get isWhole() { return this.count > 0 && this.pieces.size === this.count; }
    data() { return new Blob([...this.pieces.keys()].sort((a, b) => a - b).map((at) => this.pieces.get(at))); }
  }
  window.hailong = { Joiner };

  const start = document.getElementById("bat-dau"), says = document.getElementById("noi"), meter = document.getElementById("muc");
  const film = document.getElementById("hinh"), form = document.getElementById("gui"), input = document.getElementById("tep");
  const say = (said) => { says.textContent = said; };
  const words = Object.fromEntries(Object.entries(says.dataset).map(([name, said]) => [name.slice(5).toLowerCase(), said]));

  function hand(joiner) {
    const files = new DataTransfer();
    files.items.add(new File([joiner.data()], "hailong-qr.hlb"));
    input.files = files.files;
    form.submit();
  }
  window.hailong.hand = hand;

  async function look(detector, joiner) {
    try {
      for (const found of await detector.detect(film)) joiner.add(found.rawValue);
    } catch { /* a picture that is not ready yet; the next one is */ }
    if (joiner.count) { meter.max = joiner.count; meter.value = joiner.pieces.size; say(`${joiner.pieces.size}/${joiner.count} ${words.codes}`); }
    if (joiner.isWhole) { say(words.whole); film.srcObject.getTracks().forEach((track) => track.stop()); hand(joiner); return; }
    setTimeout(() => look(detector, joiner), 60);
  }

  async function begin() {
    if (!("BarcodeDetector" in window)) { say(words.browser); return; }
    if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) { say(words.device); return; }
    try {
      film.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
    } catch { say(words.camera); return; }
    await film.play();
    start.hidden = true;
    look(new BarcodeDetector({ formats: ["qr_code"] }), new Joiner());
  }
  start.addEventListener("click", begin);
  if (!("BarcodeDetector" in window)) begin();
})();
