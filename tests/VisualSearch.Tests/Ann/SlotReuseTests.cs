using VisualSearch.Ann.Storage;

namespace VisualSearch.Tests.Ann;

/// <summary>A slot goes to the next owner only when nobody can still be reading it as the last one's.</summary>
public sealed class SlotReuseTests
{
    private readonly ReaderPool<QueryContext> _readers = new(() => new QueryContext(4));
    private readonly SlotTable _slots;

    public SlotReuseTests() => _slots = new SlotTable([], _readers.OldestEpoch);

    [Fact]
    public void A_slot_waits_for_the_searches_that_ran_when_it_was_given_up()
    {
        int first = Add(id: 1);
        QueryContext before = _readers.Rent(_slots);
        _slots.Retire([_slots.Kill(1)]);
        QueryContext after = _readers.Rent(_slots);
        Assert.NotEqual(first, Add(id: 2));
        ReaderPool<QueryContext>.Return(before);

        // One that came later never saw the old owner and holds nothing up.
        Assert.Equal(first, Add(id: 3));
        ReaderPool<QueryContext>.Return(after);
    }

    [Fact]
    public void What_a_search_started_with_stays_visible_to_it_and_is_gone_for_the_next()
    {
        Add(id: 7);
        long version = _slots.Version;
        QueryContext search = _readers.Rent(_slots);
        int old = _slots.Find(7), replacement = Add(id: 7);
        Assert.NotEqual(old, replacement);
        Assert.True(IsVisible(old, version) && !IsVisible(replacement, version));
        Assert.True(!IsVisible(old, _slots.Version) && IsVisible(replacement, _slots.Version));
        _slots.Retire([old]);
        for (ulong id = 100; id < 200; id++)
            Assert.NotEqual(old, Add(id));
        Assert.True(IsVisible(old, version));
        ReaderPool<QueryContext>.Return(search);
        Assert.Equal(old, Add(id: 300));
    }

    private int Add(ulong id)
    {
        int slot = _slots.Allocate(id);
        _slots.Commit(slot);
        return slot;
    }

    private unsafe bool IsVisible(int slot, long version) => SlotTable.IsVisible(_slots.View()[slot], version);
}
