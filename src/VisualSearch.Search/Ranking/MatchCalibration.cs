namespace VisualSearch.Search.Ranking;

/// <summary>Finds the curve of <see cref="MatchCurves"/> for a model from cosines of pairs that belong together and pairs that don't.</summary>
public static class MatchCalibration
{
    /// <summary>
    /// Logistic regression on one variable by Newton's method, both sides weighing the same in all: as many wrong pairs as anyone
    /// likes can be drawn, and 50 is to mean "as likely right as wrong". Targets are smoothed as by Platt (1999), which keeps the
    /// slope finite where the two sides don't overlap.
    /// </summary>
    /// <param name="relevant">Cosines of right pairs, at least one.</param>
    /// <param name="irrelevant">Cosines of wrong pairs, at least one.</param>
    /// <exception cref="ArgumentException">A side is empty or not finite, or wrong pairs score as high as right ones.</exception>
    public static MatchCurve Fit(IReadOnlyCollection<double> relevant, IReadOnlyCollection<double> irrelevant)
    {
        ArgumentNullException.ThrowIfNull(relevant);
        ArgumentNullException.ThrowIfNull(irrelevant);
        if (relevant.Count == 0 || irrelevant.Count == 0 || !relevant.Concat(irrelevant).All(double.IsFinite))
            throw new ArgumentException("A fit needs finite scores of relevant and of irrelevant pairs.", nameof(relevant));
        double high = relevant.Average(), low = irrelevant.Average();
        if (high <= low)
            throw new ArgumentException($"Relevant pairs score {high:0.###} on average and irrelevant ones {low:0.###}; no rising curve tells them apart.", nameof(relevant));

        // Standardised scores, or the first Newton steps overshoot.
        double middle = (high + low) / 2, unit = (high - low) / 2, smaller = Math.Min(relevant.Count, irrelevant.Count);
        (double X, double Target, double Weight)[] samples =
        [
            .. relevant.Select(x => ((x - middle) / unit, (smaller + 1) / (smaller + 2), 1.0 / relevant.Count)),
            .. irrelevant.Select(x => ((x - middle) / unit, 1 / (smaller + 2), 1.0 / irrelevant.Count)),
        ];
        double slope = 1, offset = 0, loss = Loss(samples, slope, offset);
        for (int round = 0; round < 100; round++)
        {
            (double stepSlope, double stepOffset) = NewtonStep(samples, slope, offset);
            double scale = 1, next = Loss(samples, slope - stepSlope, offset - stepOffset);
            for (; next > loss && scale > 1e-6; next = Loss(samples, slope - (scale * stepSlope), offset - (scale * stepOffset)))
                scale /= 2;
            if (next > loss - 1e-12)
                break;
            (slope, offset, loss) = (slope - (scale * stepSlope), offset - (scale * stepOffset), next);
        }

        return new MatchCurve(middle - (unit * offset / slope), slope / unit);
    }

    private static (double Slope, double Offset) NewtonStep((double X, double Target, double Weight)[] samples, double slope, double offset)
    {
        double gradientSlope = 0, gradientOffset = 0, slopeSlope = 1e-9, slopeOffset = 0, offsetOffset = 1e-9;
        foreach ((double x, double target, double weight) in samples)
        {
            double p = Logistic((slope * x) + offset), curvature = weight * p * (1 - p);
            gradientSlope += weight * (p - target) * x;
            gradientOffset += weight * (p - target);
            slopeSlope += curvature * x * x;
            slopeOffset += curvature * x;
            offsetOffset += curvature;
        }

        double determinant = (slopeSlope * offsetOffset) - (slopeOffset * slopeOffset);
        return (((offsetOffset * gradientSlope) - (slopeOffset * gradientOffset)) / determinant,
            ((slopeSlope * gradientOffset) - (slopeOffset * gradientSlope)) / determinant);
    }

    // -Σ weight · (target · ln p + (1 - target) · ln(1 - p)), in a form that can't overflow.
    private static double Loss((double X, double Target, double Weight)[] samples, double slope, double offset) => samples.Sum(sample =>
    {
        double z = (slope * sample.X) + offset;
        double lnOnePlusExp = z > 0 ? z + Math.Log(1 + Math.Exp(-z)) : Math.Log(1 + Math.Exp(z));
        return sample.Weight * (lnOnePlusExp - (sample.Target * z));
    });

    private static double Logistic(double z) => 1 / (1 + Math.Exp(-z));
}
