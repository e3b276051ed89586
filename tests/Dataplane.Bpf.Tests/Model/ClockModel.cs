using Dataplane.Abi;

namespace Dataplane.Bpf.Tests.Model;

/// <summary>
/// The clock of a limit, as a function: what becomes of one packet at one moment. Written from the description in edt.h, with
/// plain numbers that do not wrap.
/// </summary>
internal static class ClockModel
{
    private const ulong Lead = 5_000_000;
    private const uint Short = 3100;
    private const uint Small = 512;

    /// <summary>What becomes of a packet of <paramref name="length"/> bytes whose flow has <paramref name="places"/>.</summary>
    public static (LimitState State, bool Admitted, ulong Departure, bool Marked) Send(
        LimitState state, LimitRow row, ulong now, uint length, int[] places, bool marks, ulong wanted)
    {
        ulong time = length * 1_000_000_000UL / row.Rate;
        ulong start = Math.Max(state.Clock, now - row.Idle);
        bool mayOvertake = length <= Short && places.Any(p => state.Flow[p] <= now);
        ulong lane = Math.Max(state.Express, now);
        bool overtakes = state.Clock > now && mayOvertake && lane <= now + (length <= Small ? Lead : Lead / 2);
        if (start > now + row.Horizon && !overtakes)
        {
            state.Dropped++;
            return (state, false, wanted, false);
        }
        state.Clock = start + time;
        state.Packets++;
        state.Bytes += length;
        bool waits = start > now && !overtakes, marked = false;
        if (overtakes)
        {
            state.Express = lane + time;
        }
        if (waits)
        {
            state.Delayed++;
            foreach (int place in places)
            {
                state.Flow[place] = start;
            }
            marked = marks && start - now > row.Mark;
            state.Marked += marked ? 1u : 0u;
        }
        return (state, true, Math.Max(wanted, waits ? start : now), marked);
    }

    /// <summary>
    /// Moments at which the outcome may change, or which it shows: the program looks at its clock somewhere between the
    /// test's looks at it.
    /// </summary>
    public static IEnumerable<ulong> Moments(LimitState before, LimitState after, LimitRow row, uint length, int[] places, ulong departure)
    {
        ulong time = length * 1_000_000_000UL / row.Rate;
        ulong[] moments =
        [
            departure, after.Clock - time + row.Idle, after.Express - time,
            before.Clock, before.Clock + row.Idle, before.Clock - row.Horizon, before.Clock - row.Mark,
            before.Express, before.Express - Lead, before.Express - (Lead / 2), .. places.Select(p => before.Flow[p]),
        ];
        return moments.SelectMany(m => new[] { m - 1, m, m + 1 });
    }
}
