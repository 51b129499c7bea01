#!/usr/bin/env python3
"""The client that most programs of Python have (websockets): it and the server
have to understand each other, compressed or not."""
import asyncio
import os
import random
import sys
import traceback

try:
    import websockets
    from websockets.extensions.permessage_deflate import (
        ClientPerMessageDeflateFactory as Deflate)
except ImportError:
    print('SKIPPED: python3-websockets is not there (see tools/setup)')
    print('0 passed, 0 failed, 1 skipped')
    sys.exit(0)

BASE = os.environ['BASE_URL'].replace('http', 'ws')
SIZES = [0, 1, 125, 126, 255, 256, 5000, 65535, 65536, 1000000]


async def pieces(text):
    for part in text:
        yield part


async def talk(**options):
    async with websockets.connect(
            BASE + '/echo', max_size=None, **options) as client:
        for n in SIZES:
            for data in ['Grüße, '[i % 7] for i in range(n)], None:
                data = random.randbytes(n) if data is None else ''.join(data)
                await client.send(data)
                assert await client.recv() == data, n
        await client.send(pieces(['in ', 'three ', 'fragments']))
        assert await client.recv() == 'in three fragments'
        pong = await client.ping(b'there?')
        await asyncio.wait_for(pong, 5)
        await client.close(4000, 'enough')
        assert client.close_code == 4000, client.close_code


async def without_compression():
    await talk(compression=None)


async def with_compression():
    await talk(compression='deflate')


async def with_small_windows():
    await talk(compression=None, extensions=[
        Deflate(server_max_window_bits=10, client_max_window_bits=9)])


async def without_context():
    await talk(compression=None, extensions=[Deflate(
        server_no_context_takeover=True, client_no_context_takeover=True)])


async def a_subprotocol():
    async with websockets.connect(
            BASE + '/spoken', subprotocols=['x', 'chat.v2']) as client:
        assert client.subprotocol == 'chat.v2'


async def a_message_that_is_too_large():
    async with websockets.connect(BASE + '/small') as client:
        await client.send('x' * 1001)
        await client.wait_closed()
        assert client.close_code == 1009, client.close_code


async def a_refusal():
    async with websockets.connect(BASE + '/guarded') as client:
        await client.wait_closed()
        assert client.close_code == 4001, client.close_code
        assert client.close_reason == 'Unauthorized'


async def run_all():
    passed = failed = 0
    for test in (without_compression, with_compression, with_small_windows,
                 without_context, a_subprotocol, a_message_that_is_too_large,
                 a_refusal):
        try:
            await test()
            passed += 1
        except Exception:
            print(f'not ok: {test.__name__}: {traceback.format_exc()}')
            failed += 1
    print(f'{passed} passed, {failed} failed, 0 skipped')
    return failed


sys.exit(asyncio.run(run_all()) > 0)
