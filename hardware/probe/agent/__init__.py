"""The agent: the probe that stays on the laptop, is asked by the bench, and answers.

It dials the bench over the network, or beacons on a serial line; it listens nowhere. What both sides say, whatever
carries it (`frame` names the kind; lengths and JSON as in ../stream.py; the bench's end: hardware/laptops/session.py):

    carrier     TLS 1.3 with certificates on both sides, or ..wire.arq over a serial line
    packing     each batch of frames deflated by itself, with a dictionary that both ends have (..wire.deflate)
    frames      header length, body length (4 bytes each, big-endian), header (JSON object), body

    laptop says
      hello     protocol 1, agent {name, version}, boot (32 hex digits, new for each start of the agent), slot (0: any),
                stick (its id, or ""), narrow (true on a serial line)                        the first frame
      start     ask, n, format, bundle_id, captured_at, probe, expected                      answer to a collect
      item      ask, n, id, source, exit, ms, size, sha256 (its first 16 digits), truncated, error; body
                                                                                             to collect and exercise
      progress  ask, n, state, done, of                                                      to an exercise
      end       ask, n, items                                                                the last of an answer
      failed    ask, n, error                                                                in place of an end
      pong      number
    bench says
      welcome   protocol 1, bench (its name), slot, fresh (true: forget every ask and end what runs)
      refused   sentence, again_s (seconds to wait before the next hello)                    then it closes
      ask       ask (1, 2, 3 ... never reused with one boot id), what "collect": fast
                                                 what "exercise": name, arguments, seconds
      resume    ask, n: say again all frames of this ask from number n on, and go on         after a reconnection
      done      ask: its end has come, nothing of it need be kept
      stop      ask: end it and put back what it changed. An exercise gives its item with what it has, and its end; a
                capture is only ended, and says `failed`. The bench may want that item (the person has finished) or
                forget the ask; either way it says `done` in the end
      show      headline, lines, tone                                                        the laptop's screen. A
                result outlives the line, but neither a fresh welcome nor that of another bench
      ping      number

The frames of one ask are numbered n = 0, 1, 2 ... and are kept on the laptop until `done`, so that a lost line costs
nothing: after the next welcome with fresh = false the bench resumes each open ask. A `stop` or `done` of an unknown
ask is nothing; an `ask` whose number is known already is not begun again; a `resume` of an unknown ask is answered by
`failed`. On a new connection nothing is said of an ask before its `resume`. Frames follow each other whole, so a pong
waits behind the item that is on its way: any bytes of the other side are a sign of life.

The first bench that welcomes has the laptop until its line is lost (hold.py). Before its welcome, or while another has
the laptop, a bench gets nothing but the hello and pongs: whatever else it says, a `show` too, ends the conversation.
Over the network both sides prove who they are. A serial line proves nothing, but who plugs a cable in stands before the
laptop, and could as well start it from another stick. So a serial line may have a laptop that no bench has, and never
one that a bench has over the network.

    main -> reaching -> session -> asks -> child        a thread for each way to the bench, one for each ask
              |  serial_line, network (finding, mdns)
    main -> screen -> page                              what the person before the laptop reads
"""
