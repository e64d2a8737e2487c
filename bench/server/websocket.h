// The little of RFC 6455 that an echo needs: the accept key (with its SHA-1 and base64) and frames in place.
#pragma once
#include <stdint.h>
#include <string.h>

static uint32_t rotate_left(uint32_t x, int n) { return x << n | x >> (32 - n); }

/// SHA-1 of at most 119 bytes (two blocks), which is all a handshake needs.
static void sha1_short(const char *text, size_t length, uint8_t digest[20]) {
    uint8_t block[128] = {0};
    size_t total = length < 56 ? 64 : 128;
    memcpy(block, text, length);
    block[length] = 0x80;
    for (int i = 0; i < 8; i++) block[total - 1 - i] = (uint8_t)(length * 8 >> (8 * i));
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    for (size_t at = 0; at < total; at += 64) {
        uint32_t w[80];
        for (int i = 0; i < 16; i++) {
            const uint8_t *p = block + at + 4 * i;
            w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++) w[i] = rotate_left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f = i < 20 ? ((b & c) | (~b & d)) + 0x5a827999
                       : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                       : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                                : (b ^ c ^ d) + 0xca62c1d6;
            uint32_t next = rotate_left(a, 5) + f + e + w[i];
            e = d; d = c; c = rotate_left(b, 30); b = a; a = next;
        }
        h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e;
    }
    for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/// The Sec-WebSocket-Accept value (28 characters and a NUL) for a key of at most 64 characters.
static void websocket_accept(const char *key, size_t length, char accept[29]) {
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char text[128];
    uint8_t d[21] = {0};
    memcpy(text, key, length);
    memcpy(text + length, guid, 36);
    sha1_short(text, length + 36, d);
    for (int i = 0, o = 0; i < 21; i += 3, o += 4) {
        uint32_t three = (uint32_t)d[i] << 16 | (uint32_t)d[i + 1] << 8 | d[i + 2];
        for (int k = 0; k < 4; k++) accept[o + k] = digits[three >> (18 - 6 * k) & 63];
    }
    accept[27] = '=';
    accept[28] = 0;
}

/// Echoes the frame at `in` (below 64 KiB) to `out`. Returns the bytes it took, 0 when the frame is not complete;
/// sets the bytes written and whether it was a close frame.
static int websocket_echo(uint8_t *in, int available, char *out, int *written, int *closing) {
    if (available < 6) return 0;
    int length = in[1] & 127, header = 2, mask = in[1] & 128 ? 4 : 0;
    if (length == 126) {
        if (available < 8) return 0;
        length = in[2] << 8 | in[3];
        header = 4;
    }
    if (available < header + mask + length) return 0;
    uint8_t *data = in + header + mask;
    if (mask) for (int i = 0; i < length; i++) data[i] ^= in[header + (i & 3)];
    int o = 0;
    out[o++] = (char)in[0];
    if (length < 126) {
        out[o++] = (char)length;
    } else {
        out[o++] = 126;
        out[o++] = (char)(length >> 8);
        out[o++] = (char)length;
    }
    memcpy(out + o, data, (size_t)length);
    *written = o + length;
    *closing = (in[0] & 15) == 8;
    return header + mask + length;
}
